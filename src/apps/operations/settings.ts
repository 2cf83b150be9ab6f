import { readFileSync } from "node:fs";
import { config, settingNames, sourceOf } from "#config.ts";

export interface Setting {
  name: string;
  /** The value in use; of what may be a secret only whether there is one. */
  value: string;
  source: "environment" | "file" | "default";
  /** What docs/configuration.md says of it, where the file lies beside the program. */
  about: string;
}

// Whatever is not listed here is taken for a secret.
const shown: ReadonlySet<string> = new Set([
  "BASE_URL",
  "HOST",
  "PORT",
  "DATA_DIR",
  "MAIL_FROM",
  "MAIL_BOUNCES",
  "TRUSTED_PROXIES",
  "LOG_LEVEL",
  "DEV",
  "DEMO",
  "SITE_NAME",
  "SITE_TAGLINE",
  "SITE_LOGO",
  "SITE_LANGUAGE",
  "ACCENT_HUE",
  "FONT_TEXT",
  "FONT_UI",
  "FONT_CODE",
  "ROBOCROP_HOSTS",
  "ALERT_MAIL",
  "BACKUP_KEEP",
  "BREACHED_PASSWORDS",
]);

/** Every setting with the value in use, and where it came from. */
export function listSettings(): Setting[] {
  const values = new Map<string, unknown>(Object.entries(config));
  const about = readAbout();
  return settingNames.map((name) => ({
    name,
    value: valueOf(name, values.get(name)),
    source: sourceOf(name),
    about: about.get(name) ?? "",
  }));
}

function valueOf(name: string, value: unknown): string {
  const isEmpty = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  if (!shown.has(name)) return isEmpty ? "not set" : "set";
  if (isEmpty) return "not set";
  return Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : JSON.stringify(value);
}

let known: ReadonlyMap<string, string> | undefined;

function readAbout(): ReadonlyMap<string, string> {
  known ??= new Map(
    readDocs()
      .split(/^## /m)
      .map((part) => {
        const [name = "", ...lines] = part.split("\n");
        return [name.trim(), lines.join("\n").trim()];
      }),
  );
  return known;
}

function readDocs(): string {
  try {
    return readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8");
  } catch {
    return "";
  }
}
