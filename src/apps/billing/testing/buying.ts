import assert from "node:assert/strict";
import { desc, eq } from "drizzle-orm";
import { messages } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";
import { drainTasks, knownTasks } from "#lib/jobs.ts";
import { urls } from "#urls.ts";
import type { Visitor } from "../../../../test/helpers/visitor.ts";

/** What a worker does in the meantime, as far as it has to do with payments; without what a clock asks for. */
export async function settle(): Promise<void> {
  await drainTasks(knownTasks().filter(({ name, schedule }) => name.startsWith("billing.") && schedule === undefined));
}

/** Begins to buy what a form of a page offers first; answers where the payment is. */
export async function begin(visitor: Visitor, path: string, fields: Record<string, string> = {}): Promise<string> {
  const page = await visitor.get(path);
  const price = /name="price" value="(\d+)"/.exec(page.html)?.[1] ?? "";
  const begun = await visitor.post(path, { price, ...fields });
  assert.equal(begun.status, 303, begun.text);
  return String(begun.headers.location);
}

/** Pays on the sandbox's page; answers where the buyer comes back to. */
export async function pay(visitor: Visitor, bill: string): Promise<string> {
  const paid = await visitor.post(bill, { way: "good", country: "US" }, bill);
  assert.equal(paid.status, 303, paid.text);
  await settle();
  return String(paid.headers.location);
}

/** Becomes a member by a plan. */
export async function join(visitor: Visitor, plan: string, fields: Record<string, string> = {}): Promise<string> {
  return await pay(visitor, await begin(visitor, urls.joinPlan({ plan }), fields));
}

/** Which mails about payments an address got, the newest first. */
export async function listMailed(address: string): Promise<{ template: string; text: string; subject: string }[]> {
  const found = await db.select().from(messages).where(eq(messages.address, address)).orderBy(desc(messages.id));
  return found.filter(({ template }) => template.startsWith("billing."));
}
