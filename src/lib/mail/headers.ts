import { domainToASCII } from "node:url";

// Line breaks would begin another header, NUL ends a string in some relays, and the marks of direction let a name show
// an address that is not there. https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu;

/** Text that is safe in one header: no control characters, no marks of direction, at most `most` characters. */
export function headerText(text: string, most = 200): string {
  const line = text.toWellFormed().replace(unsafe, " ").replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join("")}…`;
}

/** The name beside an address. SendGrid takes no `;` or `,` in it, and quotes and brackets only confuse. */
export function displayName(name: string): string {
  return headerText(name.replace(/[;,<>"\\@]+/g, " "), 70);
}

/**
 * The one way in which an address is written here: lower case, the domain in ASCII; undefined when it is none that can
 * be sent to. Only the plain form of RFC 5321 is taken: a dot-atom of ASCII, at most 64 characters, and a domain.
 */
export function mailAddress(text: string): string | undefined {
  const [, local = "", host = ""] = /^([^@]*)@([^@]*)$/.exec(text.trim()) ?? [];
  const domain = domainToASCII(host);
  if (local.length > 64 || !/^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i.test(local))
    return undefined;
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(domain)) return undefined;
  const address = `${local.toLowerCase()}@${domain}`;
  return address.length <= 254 ? address : undefined;
}

/** An address as its owner knows it again, and nobody else: for a page that a mail leads to, which may be passed on. */
export function maskedAddress(address: string): string {
  // With a word joiner, as browsers break lines after the dots.
  return address.replace(/^(.)[^@]*/, "$1…\u2060");
}
