import "./environment.ts";
import assert from "node:assert/strict";
import { and, desc, eq } from "drizzle-orm";
import { z } from "zod";
import { people } from "#apps/accounts/fixtures.ts";
import { passkeys, securityEvents, type User } from "#apps/accounts/schema.ts";
import { getUser } from "#apps/accounts/users.ts";
import { db } from "#lib/db.ts";
import { softwarePasskey } from "#lib/passkeys/testing/authenticator.ts";
import { urls } from "#urls.ts";
import { newVisitor, type Visitor } from "./visitor.ts";

/** Where the passkeys of these tests belong to. */
export const place = { origin: "http://localhost", rpId: "localhost" };

function challengeIn(json: string): string {
  return z.object({ challenge: z.string() }).parse(JSON.parse(json)).challenge;
}

export function locationIn(json: string): string {
  return z.object({ location: z.string() }).parse(JSON.parse(json)).location;
}

export function userOf(name: (typeof people)[number]): Promise<User> {
  return getUser(people.indexOf(name) + 1);
}

/** Somebody of the small world, signed in, with one passkey that the test holds. */
export async function withPasskey(name: (typeof people)[number], counter = 0) {
  const user = await userOf(name);
  await db.delete(passkeys).where(eq(passkeys.userId, user.id));
  const visitor = await newVisitor(name);
  const software = softwarePasskey();
  const answer = software.create({ ...place, challenge: await askToAdd(visitor), counter });
  const added = await visitor.postJson(urls.accountPasskeys(), { answer });
  assert.equal(added.status, 200, added.html);
  const [passkey] = await db.select().from(passkeys).where(eq(passkeys.credentialId, software.credentialId));
  assert.ok(passkey);
  return { visitor, software, user, passkey, added };
}

/** A browser in which nobody is signed in, with a challenge to sign. */
export async function atTheDoor(): Promise<{ visitor: Visitor; challenge: string; visit: string }> {
  const visitor = await newVisitor();
  const challenge = await askForChallenge(visitor);
  return { visitor, challenge, visit: visitor.cookies.get("lectern_visit") ?? "" };
}

/** A challenge for signing in, for a browser that shows this page. */
export async function askForChallenge(visitor: Visitor, from = urls.signIn()): Promise<string> {
  const { status, html } = await visitor.postJson(urls.signInPasskeyOptions(), {}, from);
  assert.equal(status, 200, html);
  return challengeIn(html);
}

/** The same for a new passkey, for who is signed in. */
export async function askToAdd(visitor: Visitor): Promise<string> {
  const { status, html } = await visitor.postJson(urls.accountPasskeyOptions(), {}, urls.accountPasskeys());
  assert.equal(status, 200, html);
  return challengeIn(html);
}

/** What was kept of an account, the newest first. */
export async function eventsOf(kind: string, userId: number): Promise<(typeof securityEvents.$inferSelect)[]> {
  return await db
    .select()
    .from(securityEvents)
    .where(and(eq(securityEvents.kind, kind), eq(securityEvents.userId, userId)))
    .orderBy(desc(securityEvents.id));
}
