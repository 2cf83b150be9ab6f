import "./environment.ts";
import assert from "node:assert/strict";
import { people } from "#apps/accounts/fixtures.ts";
import { sessions } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { db } from "#lib/db.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { site, textOf, type Visit } from "./site.ts";

/** A browser without a window: it keeps cookies, follows no redirects, and sends forms as pages show them. */
export interface Visitor {
  /** Where it asks from. */
  ip: string;
  cookies: Map<string, string>;
  get: (url: string, headers?: Record<string, string>) => Promise<Visit>;
  /** Sends a form to an address, with the token of the page that was shown last, or of `from`. */
  post: (url: string, fields?: Fields, from?: string) => Promise<Visit>;
  /** Sends JSON as a script of the page does. */
  postJson: (url: string, body: unknown, from?: string) => Promise<Visit>;
}
type Fields = Readonly<Record<string, string | readonly string[]>>;

/** Somebody with a fresh browser: nobody, or one of the small world, signed in just now with both factors. */
export async function newVisitor(
  name?: (typeof people)[number],
  session: Partial<typeof sessions.$inferInsert> = {},
): Promise<Visitor> {
  const visitor = openVisitor();
  if (name === undefined) return visitor;
  const token = newSecret();
  await db.insert(sessions).values({
    tokenHash: hashSecret(token),
    userId: people.indexOf(name) + 1,
    method: "password",
    hasSecondFactor: true,
    expiresAt: new Date(Date.now() + 3_600_000),
    ...session,
  });
  visitor.cookies.set(sessionCookie, token);
  return visitor;
}

function openVisitor(): Visitor {
  const cookies = new Map<string, string>();
  let shown = "";

  async function ask(
    method: "GET" | "POST",
    url: string,
    more: { headers?: Record<string, string>; payload?: string },
  ): Promise<Visit> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await site.fastify.inject({
      method,
      url,
      remoteAddress: visitor.ip,
      ...(more.payload !== undefined && { payload: more.payload }),
      headers: { host: "localhost", ...(cookie && { cookie }), ...more.headers },
    });
    for (const { name, value, maxAge } of response.cookies) {
      if (maxAge === 0) cookies.delete(name);
      else cookies.set(name, value);
    }
    if (response.body.includes('name="csrf"')) shown = response.body;
    return { status: response.statusCode, headers: response.headers, html: response.body, text: textOf(response.body) };
  }

  async function token(from: string | undefined): Promise<string> {
    if (from !== undefined) await ask("GET", from, {});
    const [, found] = /name="csrf" value="([\w-]+)"/.exec(shown) ?? [];
    assert.ok(found, "No page with a form was shown yet.");
    return found;
  }

  const visitor: Visitor = {
    ip: "127.0.0.1",
    cookies,
    get: (url, headers = {}) => ask("GET", url, { headers }),
    post: async (url, fields = {}, from) => {
      const body = new URLSearchParams({ csrf: await token(from) });
      for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
      const headers = { origin: "http://localhost", "content-type": "application/x-www-form-urlencoded" };
      return ask("POST", url, { payload: body.toString(), headers });
    },
    postJson: async (url, body, from) => {
      const headers = {
        origin: "http://localhost",
        accept: "application/json",
        "content-type": "application/json",
        "x-csrf-token": await token(from),
      };
      return ask("POST", url, { payload: JSON.stringify(body), headers });
    },
  };
  return visitor;
}
