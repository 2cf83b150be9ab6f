import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { config } from "#config.ts";

/** Whose mail came back: a message or mailing, and a mark of the address that it went to. */
export interface ReturnPath {
  reference: string;
  mark: string;
}

const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "mail bounces", 32));

/**
 * The envelope sender of one mail: `bounces+mailing-3-MARK-SIGNATURE@…`, so that what comes back tells whose it is, and
 * nobody can make up one. In hexadecimal, as servers on the way may lower the case, and within the 64 characters that
 * RFC 5321 allows. Undefined when bounces have no home.
 */
export function returnPath(reference: string, address: string): string | undefined {
  const { MAIL_BOUNCES: home } = config;
  if (home === undefined) return undefined;
  const about = `${reference}-${markOf(address)}`;
  return home.replace("@", `+${about}-${sign(about)}@`);
}

/** The first such address in a text that was signed here. */
export function findReturnPath(text: string): ReturnPath | undefined {
  const { MAIL_BOUNCES: home } = config;
  if (home === undefined) return undefined;
  const [local = "", domain = ""] = home.split("@").map((part) => RegExp.escape(part));
  const made = new RegExp(`${local}\\+((message|mailing)-\\d{1,9})-([0-9a-f]{12})-([0-9a-f]{16})@${domain}`, "gi");
  for (const [, reference = "", , mark = "", signature = ""] of text.toLowerCase().matchAll(made)) {
    const right = Buffer.from(sign(`${reference}-${mark}`));
    if (timingSafeEqual(right, Buffer.from(signature))) return { reference, mark };
  }
  return undefined;
}

/** Tells the recipients of one mailing apart. Postgres makes the same of an address. */
function markOf(address: string): string {
  return createHash("sha256").update(address).digest("hex").slice(0, 12);
}

function sign(about: string): string {
  return createHmac("sha256", key).update(about).digest("hex").slice(0, 16);
}
