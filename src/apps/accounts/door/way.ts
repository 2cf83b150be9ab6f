import { z } from "zod";
import type { Request } from "#lib/app.ts";
import { sameSitePath } from "#lib/url.ts";
import { urls } from "#urls.ts";
import { nextPath } from "../sign-in.ts";

/** Where to go on from the door: as somebody asked for it, and the page they came from. Empty when there is none. */
export interface Way {
  next: string;
  from: string;
}

/** In an address, and as hidden fields of a form. */
export const wayShape = { next: z.string().default(""), from: z.string().default("") };
export const wayQuery = z.object(wayShape);

/** The way of somebody who opens a page of the door. */
export function wayOf(request: Request<string, Way>): Way {
  const way = wayIn(request.query);
  return { ...way, from: way.from || pageBefore(request) };
}

/** The same of what a form sent. What would lead elsewhere is dropped. */
export function wayIn({ next, from }: Readonly<Record<string, string>> | Way): Way {
  return { next: sameSitePath(next, ""), from: sameSitePath(from, "") };
}

export function afterSignIn({ next, from }: Way): string {
  return nextPath(next || from);
}

/** New readers are asked what they want to read, unless they are in the middle of something. */
export function afterRegistering({ next, from }: Way): string {
  return next || urls.welcome({}, { next: from });
}

const door = [urls.signIn(), urls.register(), urls.reset(), urls.signOut()];

function pageBefore({ headers }: Request): string {
  const page = URL.parse(headers.referer ?? "");
  if (page === null || page.host !== headers.host || door.some((path) => page.pathname.startsWith(path))) return "";
  return sameSitePath(page.pathname + page.search, "");
}
