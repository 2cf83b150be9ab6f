import { and, eq, inArray, sql } from "drizzle-orm";
import { atomic, db } from "#lib/db.ts";
import { refuseWhileHeld } from "./holding.ts";
import { displayName, mailAddress } from "#lib/mail/headers.ts";
import { renderMail, type Rendered, type Template } from "#lib/mail/template.ts";
import type { Outcome, Transport } from "#lib/mail/transport.ts";
import { ListFooter, TransactionalFooter } from "./footers.tsx";
import { listHeaders, preferencesUrl, subscriberToken } from "./links.ts";
import { doubtful, notNow, stateAfter } from "./outcomes.ts";
import { returnPath } from "./return-path.ts";
import { messages, type Message } from "./schema.ts";
import { rememberList, whyNot } from "./suppressions.ts";
import { sendMessage } from "./tasks.ts";
import { mailTransport, sender } from "./transport.ts";

/**
 * Sends mail: it is written now, saved in the caller's transaction, and handed over by a task. Of those with the same
 * key only the first is sent. Answers its id, or nothing when the key was known or the address is none.
 */
export async function sendMail<Data>(
  template: Template<Data>,
  to: { address: string; name?: string },
  data: Data,
  { key }: { key?: string } = {},
): Promise<number | undefined> {
  const address = mailAddress(to.address);
  if (address === undefined) return undefined;
  const list = template.transactional ? undefined : template.list;
  const row = {
    ...writeMail(template, address, data),
    key: key ?? null,
    template: template.name,
    list: list?.name ?? null,
    address,
    name: displayName(to.name ?? ""),
  };
  return await atomic(async () => {
    if (list !== undefined) await rememberList(list);
    const [saved] = await db.insert(messages).values(row).onConflictDoNothing().returning({ id: messages.id });
    if (saved !== undefined) await sendMessage.later({ messageId: saved.id });
    return saved?.id;
  });
}

/** The mail as this address would get it. */
export function writeMail<Data>(
  template: Template<Data>,
  address: string,
  data: Data,
): Rendered & { headers: Record<string, string> } {
  if (template.transactional) return { ...renderMail(template, data, TransactionalFooter(template)), headers: {} };
  const { name, title } = template.list;
  const token = subscriberToken({ address, list: name });
  const footer = ListFooter({ title, preferences: preferencesUrl(token) });
  return { ...renderMail(template, data, footer), headers: listHeaders(token) };
}

/**
 * Hands a message over, once: what was being sent when its process died may have arrived, and is not sent again. Throws
 * when it is certain that it was not sent and may be later.
 */
export async function deliverMessage(id: number, transport: Transport = mailTransport()): Promise<void> {
  await refuseWhileHeld();
  const message = await takeMessage(id);
  if (message === undefined) return;
  const { html, text, subject, headers, address, name } = message;
  const reference = `message-${id}`;
  const recipient = { address, name, reference, returnPath: returnPath(reference, address), values: {} };
  const outcome = await transport.deliver({ from: sender(), subject, html, text, headers }, [recipient]);
  await settleMessage(id, outcome);
  if (outcome.state === "held") throw notNow(outcome);
}

async function takeMessage(id: number): Promise<Message | undefined> {
  return await atomic(async () => {
    const [message] = await db.select().from(messages).where(eq(messages.id, id)).for("update");
    if (message?.state === "sending") {
      await setState(id, doubtful);
      return undefined;
    }
    if (message?.state !== "queued") return undefined;
    const why = await whyNot(message.address, message.list);
    await setState(id, why === undefined ? { state: "sending", reason: "" } : { state: "refused", reason: why });
    return why === undefined ? message : undefined;
  });
}

async function settleMessage(id: number, { state, reason }: Outcome): Promise<void> {
  await db
    .update(messages)
    .set({ state: stateAfter[state], reason, changedAt: sql`now()` })
    .where(and(eq(messages.id, id), inArray(messages.state, ["sending", "unknown"])));
}

async function setState(id: number, state: Pick<Message, "state" | "reason">): Promise<void> {
  await db
    .update(messages)
    .set({ ...state, changedAt: sql`now()` })
    .where(eq(messages.id, id));
}
