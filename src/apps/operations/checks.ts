import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { config } from "#config.ts";
import type { Check } from "#lib/app.ts";
import { knownTasks } from "#lib/jobs.ts";
import { findHold, isHeld } from "#lib/jobs/hold.ts";
import { listDead, listLate, listNewestDead } from "#lib/jobs/listing.ts";
import { listMissed } from "#lib/jobs/schedules.ts";
import { sayWhetherBackedUp } from "./backups.ts";
import { clock } from "./words.ts";

const lateSeconds = 600;
/** A schedule may fire so late: workers look once a second, and a restart takes a moment. */
const graceMs = 120_000;

/** What this app asks about the site itself. */
export const checks: readonly Check[] = [
  { name: "dead jobs", run: sayWhatIsDead, isWorseSince: hasDiedSince },
  { name: "queues", run: sayWhatIsLate },
  { name: "schedules", run: sayWhatIsMissed },
  { name: "disk", run: sayWhatIsFull },
  { name: "backups", run: () => sayWhetherBackedUp() },
  { name: "held", run: sayWhetherHeld },
];

async function sayWhatIsDead(): Promise<string | undefined> {
  const dead = await listDead();
  const counts = dead.map(({ name, count }) => `${count} of ${name}`);
  return counts.length === 0
    ? undefined
    : `Jobs have failed for the last time: ${counts.join(", ")}. ./manage jobs list dead says why.`;
}

async function hasDiedSince(then: Date): Promise<boolean> {
  return (await listDead()).some(({ newestAt }) => newestAt > then);
}

async function sayWhetherHeld(): Promise<string | undefined> {
  const hold = await findHold();
  return hold === undefined
    ? undefined
    : `The site was restored at ${clock(hold.since)} from a backup of ${clock(hold.madeAt)} UTC, and is held: mail and tasks wait until ./manage release.`;
}

async function sayWhatIsLate(): Promise<string | undefined> {
  if (await isHeld()) return undefined;
  const names = new Set(knownTasks().flatMap((task) => [task.name, ...task.formerly]));
  const sentences = (await listLate(lateSeconds)).map(({ name, count, dueAt }) => {
    if (!names.has(name)) return `No task is called ${name}: ${count} wait there.`;
    return `${count} of ${name} wait, the first since ${dueAt.toISOString().slice(0, 16).replace("T", " ")} UTC.`;
  });
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

async function sayWhatIsMissed(): Promise<string | undefined> {
  if (await isHeld()) return undefined;
  const scheduled = knownTasks().filter(({ schedule }) => schedule !== undefined);
  const missed = await listMissed(scheduled, new Date(Date.now() - graceMs));
  const dead = await listNewestDead(scheduled.map(({ name }) => name));
  const sentences = [
    ...missed.map(
      ({ name, slot }) => `${name} should have begun at ${slot.toISOString().slice(0, 16).replace("T", " ")} UTC.`,
    ),
    ...dead.map((name) => `The last run of ${name} has failed.`),
  ];
  return sentences.length === 0 ? undefined : sentences.join(" ");
}

async function sayWhatIsFull(): Promise<string | undefined> {
  for (const folder of [config.DATA_DIR, tmpdir()]) {
    const problem = fullness(folder, await statfs(folder));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** What is wrong with the disk of a folder: more than 90% of it is taken, or less than 1 GB is left of more than 2 GB. */
export function fullness(
  folder: string,
  { blocks, bfree, bavail, bsize }: { blocks: number; bfree: number; bavail: number; bsize: number },
): string | undefined {
  const taken = blocks - bfree;
  // As `df` counts: a part of the disk is kept for root.
  const share = taken / (taken + bavail || 1);
  const left = bavail * bsize;
  if (share <= 0.9 && (left >= 1e9 || blocks * bsize <= 2e9)) return undefined;
  return `The disk of ${folder} is ${Math.round(share * 100)}% full: ${(left / 1e9).toFixed(1)} GB are left.`;
}
