import "./environment.ts";
import assert from "node:assert/strict";
import { desc, eq } from "drizzle-orm";
import { mailToken } from "#apps/accounts/door/mailing.ts";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { drainTasks } from "#lib/jobs.ts";

export interface Mailed {
  subject: string;
  text: string;
  /** Path and query of the first link with a token in it, and that token. */
  link: string;
  token: string;
  /** Six digits that stand by themselves. */
  code: string;
}

/** The newest mail of the door to an address. */
export async function mailTo(address: string): Promise<Mailed> {
  await drainTasks([mailToken]);
  const [mail] = await db.select().from(messages).where(eq(messages.address, address)).orderBy(desc(messages.id));
  assert.ok(mail, `Nothing was mailed to ${address}.`);
  const [, link = ""] = /https?:\/\/[^/]+(\/\S+token=\S+)/.exec(mail.text) ?? [];
  const [, code = ""] = /^ {4}(\d{6})$/m.exec(mail.text) ?? [];
  const token = new URL(link, "http://localhost").searchParams.get("token") ?? "";
  return { subject: mail.subject, text: mail.text, link, token, code };
}

/** The subjects of all mails, the newest first. */
export async function listMails(): Promise<string[]> {
  await drainTasks([mailToken]);
  const found = await db.select().from(messages).orderBy(desc(messages.id));
  return found.map(({ subject }) => subject);
}
