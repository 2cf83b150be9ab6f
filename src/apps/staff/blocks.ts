import { asc, eq, gt, isNull, or, sql } from "drizzle-orm";
import ipaddr from "ipaddr.js";
import { recordEvent, type Origin } from "#apps/accounts/security-events.ts";
import { users } from "#apps/accounts/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { blockerOf, type BlockRule, type Caller, isBlockValue } from "#lib/http/blocking.ts";
import { plainAddress } from "#lib/http/proxies.ts";
import { log } from "#lib/log.ts";
import { blocks, type Block } from "./schema.ts";

/** How often a process asks whether the rules have changed, in milliseconds. */
const pollInterval = 2000;

let current: { version: string; isBlocked: ReturnType<typeof blockerOf> } = { version: "", isBlocked: undefined };

/** Who is turned away at the door as of now, for the server. */
export function blocker(): ((caller: Caller) => boolean) | undefined {
  return current.isBlocked;
}

const isInForce = or(isNull(blocks.expiresAt), gt(blocks.expiresAt, sql`now()`));

/** Asks for the rules now; they are read when they are not the ones known. A rule ends by the clock alone. */
export async function readBlocks(): Promise<void> {
  const [row] = await db
    .select({
      version: sql<string>`count(*) || ' ' || coalesce(max(id), 0) || ' ' || coalesce(sum(hashtextextended(kind || value, 0)), 0)`,
    })
    .from(blocks)
    .where(isInForce);
  const version = row?.version ?? "";
  if (version === current.version) return;
  const rules = await db.select({ kind: blocks.kind, value: blocks.value }).from(blocks).where(isInForce);
  current = { version, isBlocked: blockerOf(rules) };
}

/** Keeps the rules current until it is stopped. While the database does not answer, they stay as they are. */
export function watchBlocks(): () => void {
  let failing = false;
  let stopped = false;
  const poll = async (): Promise<void> => {
    try {
      await readBlocks();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ error }, "cannot read who is turned away: the rules stay as they are");
      failing = true;
    }
    if (!stopped) timer = setTimeout(poll, pollInterval).unref();
  };
  let timer = setTimeout(poll, 0).unref();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

export interface BlockRow extends Block {
  /** Who made the rule; null when a command did, or nobody knows any more. */
  by: string | null;
}

/** The rules in force, the newest first. */
export async function listBlocks(): Promise<BlockRow[]> {
  const found = await db
    .select({ block: blocks, by: users.address })
    .from(blocks)
    .leftJoin(users, eq(users.id, blocks.createdBy))
    .where(isInForce)
    .orderBy(sql`${blocks.id} desc`);
  return found.map(({ block, by }) => ({ ...block, by }));
}

export interface NewBlock extends BlockRule {
  reason: string;
  expiresAt: Date | null;
}

/**
 * Turns somebody away, everywhere within seconds; a rule that is there already gets the new reason and end. Answers a
 * sentence when the value is no value of its kind, or when the rule would turn away whoever makes it.
 */
export async function addBlock(
  { kind, value: given, reason, expiresAt }: NewBlock,
  by: { userId: number | null; origin: Origin },
): Promise<string | undefined> {
  const value = tidy({ kind, value: given });
  if (value === undefined) return wrongValues[kind];
  const { ip: address, country, userAgent: agent } = by.origin;
  if (address !== "" && blockerOf([{ kind, value }])?.({ address, country, agent }) === true) {
    return "That would turn you away yourself.";
  }
  await atomic(async () => {
    await db.delete(blocks).where(sql`${blocks.expiresAt} <= now()`);
    await db
      .insert(blocks)
      .values({ kind, value, reason, expiresAt, createdBy: by.userId })
      .onConflictDoUpdate({ target: [blocks.kind, blocks.value], set: { reason, expiresAt, createdBy: by.userId } });
    const details = { kind, value, reason, until: expiresAt?.toISOString() ?? "" };
    await recordEvent("block-added", { userId: null, actorId: by.userId, details }, by.origin);
  });
  return undefined;
}

/** Lets somebody in again; answers whether there was such a rule. */
export async function removeBlock(id: number, by: { userId: number | null; origin: Origin }): Promise<boolean> {
  return await atomic(async () => {
    const [removed] = await db.delete(blocks).where(eq(blocks.id, id)).returning();
    if (removed === undefined) return false;
    const details = { kind: removed.kind, value: removed.value };
    await recordEvent("block-removed", { userId: null, actorId: by.userId, details }, by.origin);
    return true;
  });
}

/** The rule for a value, however it is written. */
export async function findBlock(rule: BlockRule): Promise<Block | undefined> {
  const value = tidy(rule) ?? rule.value;
  const found = await db.select().from(blocks).where(eq(blocks.value, value)).orderBy(asc(blocks.id));
  return found.find(({ kind }) => kind === rule.kind);
}

// A value in the one form that there is of it, so that no rule is there twice.
function tidy({ kind, value: given }: BlockRule): string | undefined {
  const text = given.trim();
  const value = kind === "country" ? text.toUpperCase() : kind === "agent" ? text.toLowerCase() : text;
  if (!isBlockValue(kind, value)) return undefined;
  if (kind === "address") return plainAddress(value);
  if (kind !== "network") return value;
  const [address, bits] = ipaddr.parseCIDR(value);
  const first = address instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${first.networkAddressFromCIDR(value).toString()}/${bits}`;
}

const wrongValues: Readonly<Record<BlockRule["kind"], string>> = {
  address: "An address is written like 192.0.2.7 or 2001:db8::7.",
  network: "A network is written like 192.0.2.0/24 or 2001:db8:1::/48.",
  country: "A country has two letters, such as NL.",
  agent: "A program is named by at least three characters of what it calls itself.",
};
