import "../../../../test/helpers/environment.ts";
import { after, beforeEach } from "node:test";
import { desc, eq } from "drizzle-orm";
import { startGitHub } from "#lib/oidc/testing/github.ts";
import { startProvider } from "#lib/oidc/testing/provider.ts";
import { walk } from "#lib/oidc/testing/walk.ts";
import { urls } from "#urls.ts";
import type { Visit } from "../../../../test/helpers/site.ts";
import type { Visitor } from "../../../../test/helpers/visitor.ts";
import { users } from "../schema.ts";

// Settings are read once, so the providers stand before anything of the site is loaded.
const callbackOf = (provider: string) => `http://localhost/sign-in/with/${provider}/callback`;
export const work = await startProvider({ redirectUris: [callbackOf("work")] });
export const other = await startProvider({ redirectUris: [callbackOf("other")] });
export const github = await startGitHub({ redirectUris: [callbackOf("github")] });
after(() => Promise.all([work.stop(), other.stop(), github.stop()]));

const clientAt = (address: string, { clientId, clientSecret }: { clientId: string; clientSecret: string }) =>
  address.replace("://", `://${clientId}:${clientSecret}@`);
process.env.SIGN_IN_OIDC = `Work=${clientAt(work.issuer, work)},Other=${clientAt(other.issuer, other)}`;
process.env.SIGN_IN_GITHUB = clientAt(github.origin, github);

export const { newVisitor } = await import("../../../../test/helpers/visitor.ts");
export const { db } = await import("#lib/db.ts");
const { drainTasks } = await import("#lib/jobs.ts");
const { messages } = await import("#apps/mail/schema.ts");
export const { beginnings } = await import("../limits/rules.ts");
const { mailToken } = await import("../door/mailing.ts");

// Everybody who comes is somebody new, unless a test says otherwise.
let number = 0;
beforeEach(() => {
  number += 1;
  const person = {
    sub: `subject-${number}`,
    email: `reader-${number}@example.net`,
    email_verified: true,
    name: "Nora Reader",
  };
  for (const provider of [work, other]) {
    Object.assign(provider, { person, answer: "agree", isSilent: false, tamper: undefined });
  }
});

export interface Return {
  visitor: Visitor;
  callback: URL;
}

interface Journey {
  next?: string;
  /** From the account, to connect what is over there. */
  connecting?: boolean;
}

/** All of it: away, over there, and back. */
export async function signIn(visitor: Visitor, provider: string, journey: Journey = {}): Promise<Visit> {
  const { callback } = await leaveFor(visitor, provider, journey);
  return await comeBack(visitor, callback);
}

export async function leaveFor(visitor: Visitor, provider: string, journey: Journey): Promise<Return> {
  const page = await depart(visitor, provider, journey);
  const [, away = ""] = /^0;url=(.*)$/.exec(String(page.headers.refresh)) ?? [];
  return { visitor, callback: await walk(away, callbackOf(provider)) };
}

export async function depart(visitor: Visitor, provider: string, { next = "", connecting }: Journey): Promise<Visit> {
  if (connecting) return await visitor.post(urls.accountIdentities(), { provider }, urls.accountIdentities());
  return await visitor.post(urls.signInWith({ provider }), { next }, await pageWithForm(visitor));
}

// Whatever page has a form has the token.
async function pageWithForm(visitor: Visitor): Promise<string> {
  const url = urls.signInCallback({ provider: "work" });
  await visitor.get(url);
  return url;
}

export async function comeBack(
  visitor: Visitor,
  callback: URL,
  change: Readonly<Record<string, string | undefined>> = {},
): Promise<Visit> {
  const url = new URL(callback);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return await visitor.get(url.pathname + url.search);
}

/** The same browser, signed in by other means. */
export async function signInAs(visitor: Visitor, who: string, session: { method: "password" | "link" }): Promise<void> {
  const [user] = await usersWith(who.includes("@") ? who : `${who}@example.org`);
  const signedIn = await newVisitor("sam", { userId: user?.id ?? 0, ...session });
  for (const [name, value] of signedIn.cookies) visitor.cookies.set(name, value);
}

export async function usersWith(address: string | undefined) {
  return await db
    .select()
    .from(users)
    .where(eq(users.address, address ?? ""));
}

export async function lastMailTo(address: string): Promise<string> {
  await drainTasks([mailToken]);
  const [mail] = await db
    .select()
    .from(messages)
    .where(eq(messages.address, address))
    .orderBy(desc(messages.id))
    .limit(1);
  return JSON.stringify(mail);
}
