import { eq, notInArray } from "drizzle-orm";
import type { Check } from "#lib/app.ts";
import { atomic, db } from "#lib/db.ts";
import { describeThrown } from "#lib/log.ts";
import { findAlert, raiseAlert, withdrawAlert } from "./alerts.ts";
import { withoutPrivate } from "./errors/cleaning.ts";
import { checkStates } from "./schema.ts";

const limitMs = 10_000;
const day = 86_400_000;

/**
 * Asks every check, all at once, remembers what it says, and tells what has gone wrong and what is mended. A check that
 * fails, or takes longer than 10 s, is wrong.
 */
export async function watch(checks: readonly Check[], now = new Date(), patienceMs = limitMs): Promise<void> {
  const found = await Promise.all(
    checks.map(async (check) => ({ check, problem: await findProblem(check, patienceMs) })),
  );
  for (const { check, problem } of found) await atomic(() => note(check, problem, now));
  const names = checks.map(({ name }) => name);
  await db.delete(checkStates).where(names.length === 0 ? undefined : notInArray(checkStates.name, names));
}

/** What is wrong, in a sentence, or nothing. */
async function findProblem({ run }: Check, patienceMs: number): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, patienceMs, `The check has not ended within ${patienceMs / 1000} s.`);
  try {
    return await Promise.race([run(), late]);
  } catch (error) {
    const { message } = describeThrown(error);
    return `The check itself fails: ${withoutPrivate(String(message), 500)}`;
  } finally {
    clearTimeout(timer);
  }
}

async function note(check: Check, problem: string | undefined, now: Date): Promise<void> {
  const { name } = check;
  const [before] = await db.select().from(checkStates).where(eq(checkStates.name, name)).for("update");
  const isWrong = problem !== undefined;
  const wasWrong = before !== undefined && before.problem !== null;
  const since = before !== undefined && wasWrong === isWrong ? before.since : now;
  const state = { problem: problem ?? null, since, checkedAt: now };
  await db
    .insert(checkStates)
    .values({ name, ...state })
    .onConflictDoUpdate({ target: checkStates.name, set: state });
  if (wasWrong && !isWrong) await sayMended(name, now);
  // The first time may be a restart.
  else if (wasWrong && isWrong && (await isToBeTold(check, since, now))) await sayWrong(name, problem, now);
}

async function isToBeTold({ name, isWorseSince }: Check, since: Date, now: Date): Promise<boolean> {
  const told = (await findAlert(wrong(name)))?.raisedAt;
  if (told === undefined || told < since || told.getTime() <= now.getTime() - day) return true;
  return (await isWorseSince?.(told)) ?? false;
}

async function sayWrong(name: string, problem: string, now: Date): Promise<void> {
  await withdrawAlert(mended(name));
  await raiseAlert({ fingerprint: wrong(name), kind: "trouble", title: `Wrong: ${name}`, text: problem }, now);
}

/** Who was not told of the trouble need not hear that it is over. */
async function sayMended(name: string, now: Date): Promise<void> {
  const trouble = await withdrawAlert(wrong(name));
  const last = await findAlert(mended(name));
  if (!trouble?.sentAt || (last?.sentAt && last.sentAt > trouble.sentAt)) return;
  await raiseAlert(
    { fingerprint: mended(name), kind: "mended", title: `Mended: ${name}`, text: "All is well again." },
    now,
  );
}

function wrong(name: string): string {
  return `check ${name}`;
}

function mended(name: string): string {
  return `check ${name} mended`;
}
