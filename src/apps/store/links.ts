import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { config } from "#config.ts";
import { urls } from "#urls.ts";

const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "addresses of downloads", 32));

/** So long a link is good: enough to begin, not enough to be handed around. */
const lastsMs = 60 * 60_000;

/** For whom a link to a file was made. */
export interface DownloadLink {
  file: number;
  /** Whose it is: what they may download is asked again when it is followed. */
  user: number;
  /** In milliseconds. */
  until: number;
}

/** The signed address of a file for somebody, good for an hour. */
export function downloadPath(file: number, user: number, now = Date.now()): string {
  const link = { file, user, until: now + lastsMs };
  return urls.download({ file: String(file) }, { user, until: link.until, s: sign(link) });
}

/** What is wrong with a link: it is none of ours, or too old. */
export function linkProblem(link: DownloadLink, signature: string): "forged" | "expired" | undefined {
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(link))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return "forged";
  return link.until < Date.now() ? "expired" : undefined;
}

function sign({ file, user, until }: DownloadLink): string {
  return createHmac("sha256", key).update(`${file}/${user}/${until}`).digest().subarray(0, 16).toString("base64url");
}
