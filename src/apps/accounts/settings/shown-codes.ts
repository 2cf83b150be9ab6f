import { z } from "zod";
import type { Reply, Request } from "#lib/app.ts";
import { clearCookie, readCookie, setCookie } from "#lib/http/cookies.ts";
import { open, seal } from "#lib/seal.ts";

const cookie = "lectern_codes";
const codes = z.array(z.string());

/**
 * Recovery codes between the form that made them and the page that shows them: sealed in a cookie, since the database has
 * their hashes only. For ten minutes, or until their owner says that they are kept.
 */
export function holdCodes(reply: Reply, userId: number, made: readonly string[]): void {
  setCookie(reply, cookie, { value: seal(purposeOf(userId), JSON.stringify(made)), maxAgeSeconds: 600 });
}

export function heldCodes(request: Request, userId: number): readonly string[] {
  const text = open(purposeOf(userId), readCookie(request, cookie) ?? "");
  return text === undefined ? [] : codes.parse(JSON.parse(text));
}

export function letCodesGo(reply: Reply): void {
  clearCookie(reply, cookie);
}

function purposeOf(userId: number): string {
  return `recovery codes of ${userId}`;
}
