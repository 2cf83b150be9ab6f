import { desc, eq, sql } from "drizzle-orm";
import { db } from "#lib/db.ts";
import type { Command } from "#lib/app.ts";
import { UserError } from "#lib/errors.ts";
import { mailAddress } from "#lib/mail/headers.ts";
import { maxReturned } from "#lib/mail/report.ts";
import { table } from "#lib/table.ts";
import { takeReturned } from "./bounces.ts";
import { resumeMailing, settleMailing } from "./deciding.ts";
import { sampler } from "./sampler.tsx";
import { countRecipients } from "./mailings.ts";
import { mailings, messages, suppressions } from "./schema.ts";
import { deliverMessage, sendMail } from "./sending.ts";
import { suppress, unsuppress } from "./suppressions.ts";
import { mailTransport } from "./transport.ts";

// Of no list, so that readers are not asked whether they want it.
const trial = {
  ...sampler,
  name: "mail.test",
  transactional: true,
  because: "somebody tries whether mail arrives",
} as const;

export const mailCommand: Command = {
  name: "mail",
  usage:
    "mail [test ADDRESS | suppress ADDRESS | unsuppress ADDRESS | resume MAILING | settle MAILING accepted|queued | bounce [--to ADDRESS]]",
  about:
    "What mail waits or is in doubt, and who gets none. `settle` decides about recipients that are unknown; `bounce` takes what a mail server brings back from its input.",
  needs: "database",
  run: async (args) => {
    process.stdout.write(await manageMail(args));
    return 0;
  },
};

/** Does what the arguments of `./manage mail` ask for, and says what became of it. */
export async function manageMail([verb = "overview", ...args]: readonly string[]): Promise<string> {
  const act = verbs[verb];
  if (act === undefined) throw new UserError(`Say ./manage ${mailCommand.usage}`);
  return await act(args);
}

const verbs: Readonly<Record<string, (args: readonly string[]) => Promise<string>>> = {
  overview,
  test: async ([text]) => {
    const address = asAddress(text);
    const id = (await sendMail(trial, { address }, { name: "you" })) ?? 0;
    await deliverMessage(id);
    const [sent] = await db.select().from(messages).where(eq(messages.id, id));
    return `${address}: ${sent?.state} by ${mailTransport().name}. ${sent?.reason}\n`;
  },
  suppress: async ([text]) => {
    const address = asAddress(text);
    await suppress(address, { reason: "by hand" });
    return `Nothing more is sent to ${address}.\n`;
  },
  unsuppress: async ([text]) => {
    const address = asAddress(text);
    return (await unsuppress(address)) ? `Mail is sent to ${address} again.\n` : `${address} was not suppressed.\n`;
  },
  resume,
  settle,
  bounce,
};

async function overview(): Promise<string> {
  const { rows: kinds } = await db.execute<{ template: string; state: string; count: number }>(sql`
    select template, state, count(*)::integer as count
    from ${messages} group by template, state order by template, state`);
  const newest = await db.select().from(mailings).orderBy(desc(mailings.id)).limit(10);
  const lines: string[][] = [];
  for (const { id, key, stoppedBecause, finishedAt } of newest) {
    const counts = Object.entries(await countRecipients(id)).map(([state, count]) => `${count} ${state}`);
    lines.push([String(id), key, stoppedBecause ?? (finishedAt === null ? "under way" : "done"), counts.join(", ")]);
  }
  const none = await db.$count(suppressions);
  return [
    `Mail leaves through ${mailTransport().name}. ${none} addresses get none.\n`,
    kinds.length === 0
      ? "No message was sent yet.\n"
      : table(
          ["message", "state", "count"],
          kinds.map((kind) => [kind.template, kind.state, String(kind.count)]),
        ),
    lines.length === 0 ? "" : table(["mailing", "key", "", "recipients"], lines),
  ].join("\n");
}

async function resume([text]: readonly string[]): Promise<string> {
  const id = asId(text);
  await resumeMailing(id);
  return `Mailing ${id} goes on.\n`;
}

async function settle([text, as]: readonly string[]): Promise<string> {
  const id = asId(text);
  if (as !== "accepted" && as !== "queued") {
    throw new UserError("Say what became of them: accepted, or queued to send to them once more.");
  }
  return `${await settleMailing(id, as)} recipients are ${as} now.\n`;
}

// Says nothing when all is well: some mail servers take a word for a failure. They try again later at the status 75.
async function bounce(args: readonly string[]): Promise<string> {
  const [flag, to] = args;
  if (flag !== undefined && (flag !== "--to" || to === undefined)) throw new UserError("Say --to ADDRESS, or nothing.");
  try {
    await takeReturned(await readInput(), { to });
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`It could not be saved: ${String(error)}`, { status: 75 });
  }
  return "";
}

async function readInput(): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    const bytes = Buffer.from(part);
    parts.push(bytes);
    size += bytes.length;
    if (size > maxReturned) break;
  }
  return Buffer.concat(parts);
}

function asAddress(text = ""): string {
  const address = mailAddress(text);
  if (address === undefined) throw new UserError(`"${text}" is no address.`);
  return address;
}

function asId(text = ""): number {
  if (!/^\d{1,9}$/.test(text)) throw new UserError("Name the mailing by its number: ./manage mail shows it.");
  return Number(text);
}
