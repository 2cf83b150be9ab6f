import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { config } from "#config.ts";
import { urls } from "#urls.ts";

/** Whose mail a link is about, and the list it came with. */
export interface Subscriber {
  address: string;
  list: string;
}

// Of its own, so that what is signed elsewhere is no token here.
const key = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "mail preferences", 32));
const content = z.tuple([z.string(), z.string()]);

/** Lets whoever has it change what this address gets by mail, and nothing else. It never expires: RFC 8058, 6. */
export function subscriberToken({ address, list }: Subscriber): string {
  const text = Buffer.from(JSON.stringify([address, list])).toString("base64url");
  return `${text}.${sign(text).toString("base64url")}`;
}

/** Whom a token is about; undefined when it was not made here. */
export function readToken(token: string): Subscriber | undefined {
  const [text = "", signature = ""] = token.split(".");
  const given = Buffer.from(signature, "base64url");
  const right = sign(text);
  if (token !== `${text}.${right.toString("base64url")}` || !timingSafeEqual(given, right)) return undefined;
  const [address, list] = content.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
  return { address, list };
}

function sign(text: string): Buffer {
  return createHmac("sha256", key).update(text).digest().subarray(0, 16);
}

/** Where mail programs send the one click. In the query, as logs leave that out. */
export function unsubscribeUrl(token: string): string {
  return `${config.BASE_URL}${urls.mailUnsubscribe({}, { token })}`;
}

export function preferencesUrl(token: string): string {
  return `${config.BASE_URL}${urls.mailPreferences({}, { token })}`;
}

/** The headers by which mail programs offer to leave a list: RFC 2369 and RFC 8058. */
export function listHeaders(token: string): Record<string, string> {
  return {
    "List-Unsubscribe": `<${unsubscribeUrl(token)}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}
