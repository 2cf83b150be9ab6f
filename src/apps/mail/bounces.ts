import { and, eq, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { readReturned } from "#lib/mail/report.ts";
import { config } from "#config.ts";
import { followEvents } from "./events.ts";
import { findReturnPath, type ReturnPath } from "./return-path.ts";
import { mailingRecipients, messages } from "./schema.ts";

/**
 * Takes a message that a mail server brings back, by the address that it was sent from: `to`, else what its headers
 * name. The same report counts once. Throws a UserError with the status 65 for what is not to be believed or understood.
 */
export async function takeReturned(message: Uint8Array, { to }: { to?: string | undefined } = {}): Promise<void> {
  if (config.MAIL_BOUNCES === undefined)
    throw new UserError("MAIL_BOUNCES is not set: no mail asked for bounces.", { status: 75 });
  const returned = await readReturned(message);
  const path = findReturnPath(to ?? returned.to);
  if (path === undefined) throw new UserError("It came to no address that this site has signed.", { status: 65 });
  const { report } = returned;
  if (report === undefined) return;
  const { reference, mark } = path;
  const address = await findRecipient(path);
  if (address === undefined) throw new UserError(`Nobody is known who got ${reference}.`, { status: 65 });
  const { type, detail, fingerprint } = report;
  await followEvents([
    { id: `${reference}-${mark}-${fingerprint}`, type, address, reference, detail, occurredAt: new Date() },
  ]);
}

async function findRecipient({ reference, mark }: ReturnPath): Promise<string | undefined> {
  const [kind, digits] = reference.split("-");
  const id = Number(digits);
  if (kind === "message") {
    const [message] = await db.select({ address: messages.address }).from(messages).where(eq(messages.id, id));
    return message?.address;
  }
  const { mailingId, address } = mailingRecipients;
  const isMarked = sql`left(encode(sha256(convert_to(${address}, 'UTF8')), 'hex'), 12) = ${mark}`;
  const [recipient] = await db
    .select({ address })
    .from(mailingRecipients)
    .where(and(eq(mailingId, id), isMarked));
  return recipient?.address;
}
