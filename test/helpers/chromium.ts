import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

// The first draws no windows, and takes a quarter less of the processor.
const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const candidates = [
  ...(process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))),
  "/usr/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const executablePath = candidates.find((path) => existsSync(path));
const howToInstall = "there is no Chromium: `apt install chromium-headless-shell`";

/** Why browser tests are skipped on this machine; where everything must be checked, a missing browser is a failure. */
export const skip = executablePath === undefined && process.env.CI !== "true" ? howToInstall : false;

// As root Chromium has no sandbox; the others keep it from asking the internet anything of its own.
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the Chromium of this machine; throws with the command that installs one when there is none. */
export async function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error(howToInstall);
  return chromium.launch({ executablePath, args: flags });
}
