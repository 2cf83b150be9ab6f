// The full figures of what the site must survive: `npm run faults`, half an hour; `--only kill,zombie` for some.
// Against a server of one's own with TEST_DATABASE_URL; the crash of the database starts another like it, and ends that.
import "../test/helpers/environment.ts";
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Server } from "#lib/http.ts";
import { launchChromium } from "../test/helpers/chromium.ts";
import { damageBackups } from "./backups/damage.ts";
import { killWriters } from "./backups/killing.ts";
import { deleteObjects } from "./backups/objects.ts";
import { restoreWaiting } from "./backups/quarantine.ts";
import { backUpUnderWrites } from "./backups/writing.ts";
import { guessPasswords } from "./door/guessing.ts";
import { silenceRedis } from "./door/silent-redis.ts";
import { askInTransactions, askWithOneKey } from "./jobs/asking.ts";
import { changeClocks } from "./jobs/clock.ts";
import { crashDatabase } from "./jobs/crash.ts";
import { dieHolding } from "./jobs/handback.ts";
import { killWorkers } from "./jobs/kill.ts";
import { pauseInTransaction } from "./jobs/paused.ts";
import { poisonWorkers } from "./jobs/poison.ts";
import { restartSite } from "./jobs/restart.ts";
import { stopWorkers } from "./jobs/stopping.ts";
import { pauseWorkers } from "./jobs/zombie.ts";
import { swallowMail } from "./mail/black-hole.ts";
import { killAroundStart, killAtPoints } from "./mail/kill-points.ts";
import { killSenders, mostInDoubt } from "./mail/kill.ts";
import { swallowCalls } from "./payments/black-hole.ts";
import { deliver } from "./payments/delivery.ts";
import { trySignatures } from "./payments/schemes.ts";
import { abortRequests } from "./web/aborts.ts";
import { withSite } from "./web/site.ts";
import { tryVectors } from "./xss/trying.ts";
import { inBundles, own, vectors } from "./xss/vectors.ts";

interface Trial {
  about: string;
  run: () => Promise<Record<string, unknown>>;
  /** What is wrong with the figures, if anything is. */
  holds: (figures: Record<string, unknown>) => boolean;
}

const nothingWrong = ({ lost, twice }: Record<string, unknown>): boolean => lost === 0 && twice === 0;
const noneAmiss = (figures: Record<string, unknown>): boolean =>
  nothingWrong(figures) && figures.broken === 0 && figures.unexplained === 0;
const atMost = (value: unknown, most: number): boolean => typeof value === "number" && value <= most;

const trials: Readonly<Record<string, Trial>> = {
  kill: {
    about: "20,000 jobs, 4 workers, 100 of them killed, one every 300 ms while another works",
    run: () => killWorkers({ jobs: 20_000, workers: 4, kills: 100, everyMs: 300 }),
    holds: (figures) => nothingWrong(figures) && atMost(figures.stuckSeconds, 15),
  },
  mail: {
    about: "a mailing to 20,000 whose process is killed 60 times while it hands it over",
    run: async () => ({ ...(await killSenders({ recipients: 20_000, kills: 60 })) }),
    holds: ({ twice, broken, unexplained, unknown }) =>
      twice === 0 && broken === 0 && unexplained === 0 && atMost(unknown, mostInDoubt(60)),
  },
  points: {
    about:
      "10 mailings, each killed at 6 points from the first recipient that is written down to a batch that is saved",
    run: async () => ({ ...(await killAtPoints({ times: 10 })) }),
    holds: (figures) => noneAmiss(figures) && figures.kills === 60,
  },
  freeze: {
    about: "30 mailings killed while they are prepared, and again before anything is done for them",
    run: async () => ({ ...(await killAroundStart({ times: 30 })) }),
    holds: (figures) => noneAmiss(figures) && figures.kills === 60 && atMost(figures.startSeconds, 60),
  },
  hole: {
    about: "60 s in which the provider of mail takes calls and answers none, with a mailing to 20,000 under way",
    run: async () => ({ ...(await swallowMail({ seconds: 60, recipients: 20_000 })) }),
    holds: (figures) => nothingWrong(figures) && figures.failed === 0 && figures.wrong === 0,
  },
  provider: {
    about:
      "100,000 recipients, 200 batches that fail, 1,000 clicks at once, 100,000 forged links, 5,000 events 46 times",
    run: () => runTests("src/{apps,lib}/mail/*.test.{ts,tsx}"),
    holds: ({ failed }) => failed === 0,
  },
  oidc: {
    about:
      "10,000 callbacks and cookies that somebody changed on the way back from a provider, and every other case of W10",
    run: () => runTests("src/lib/oidc.test.ts", "src/apps/accounts/{providers,identities,providers/*}.test.ts"),
    holds: ({ failed }) => failed === 0,
  },
  redirects: {
    about: "150 and more places to go on to, most of them elsewhere, through every way in and out of the door",
    run: () => runTests("src/lib/url.test.ts", "src/apps/accounts/next.test.ts"),
    holds: ({ failed }) => failed === 0,
  },
  backups: {
    about:
      "a restored site that people use; 20 backups under writes, 50 damaged, 20 killed; queued mail restored; 10 pictures lost",
    run: async () => ({
      ...(await runTests("src/lib/backup.test.ts", "src/apps/operations/backups.test.ts")),
      ...(await backUpUnderWrites({ backups: 20, writers: 3 })),
      ...(await damageBackups({ times: 50 })),
      ...(await killWriters({ kills: 20 })),
      ...(await restoreWaiting({ messages: 100, recipients: 2000 })),
      ...(await deleteObjects({ pictures: 100, deleted: 10 })),
    }),
    holds: (figures) =>
      nothingWrong(figures) &&
      [figures.failed, figures.torn, figures.passed, figures.partial, figures.whileHeld, figures.unasked].every(
        (count) => count === 0,
      ) &&
      Number(figures.whole) >= 10 &&
      figures.noneIsLost === true &&
      figures.afterRestore === true &&
      figures.beforeBackup === true,
  },
  payments: {
    about:
      "200 people with histories of their own, each event three times in any order to 2 processes, of which 100 are killed",
    run: async () => ({
      ...(await deliver({ people: 200, seed: 1, failShare: 0.1, killShare: 0.02, kills: 100, lostShare: 0 })),
    }),
    holds: (figures) =>
      nothingWrong(figures) &&
      figures.untold === 0 &&
      figures.wrong === 0 &&
      figures.drift === 0 &&
      atMost(figures.ackMaxMs, 5000),
  },
  reconciling: {
    about: "the same, of which 5% are never told, compared with the provider twice",
    run: async () => ({
      ...(await deliver({ people: 200, seed: 2, failShare: 0.1, killShare: 0, kills: 0, lostShare: 0.05 })),
    }),
    holds: ({ lost, wrongAfterwards, driftAgain }) => lost === 0 && wrongAfterwards === 0 && driftAgain === 0,
  },
  entitling: {
    about: "10,000 histories of memberships, and 300 of them told out of order",
    run: () => runTests("src/apps/billing/{entitling,inbox}.test.ts"),
    holds: ({ failed }) => failed === 0,
  },
  signatures: {
    about: "2,000 valid notifications of Paddle and of Stripe, some signed by two secrets, and 10,000 mutants of each",
    run: async () => trySignatures({ valid: 2000, mutants: 10_000 }),
    holds: ({ valid, accepted, forged }) => valid === 4000 && accepted === valid && forged === 0,
  },
  forgeries: {
    about:
      "1,000 payments by unknown prices, of nothing, for others' accounts, of other accounts, of sandboxes, well signed",
    run: () => runTests("src/apps/billing/forgeries.test.ts"),
    holds: ({ failed }) => failed === 0,
  },
  silence: {
    about: "the API of Paddle, then of Stripe, takes calls and answers none, under readers, members, buyers and events",
    run: async () => ({ ...(await swallowCalls({ checkouts: 14, pages: 400 })) }),
    holds: ({ failed, wrong, lost, refused, longestMs }) =>
      [failed, wrong, lost, refused].every((count) => count === 0) && atMost(longestMs, 3000),
  },
  handback: {
    about: "a supervised worker that dies while it holds 50 jobs",
    run: () => dieHolding({ jobs: 50 }),
    holds: ({ reasons, ms }) => String(reasons) === "Its worker died." && atMost(ms, 10_000),
  },
  zombie: {
    about: "50 jobs of workers that were paused beyond their lease",
    run: () => pauseWorkers({ rounds: 5, jobs: 10 }),
    holds: (figures) => nothingWrong(figures) && figures.refused === 50,
  },
  paused: {
    about: "a worker that is paused inside a transaction with one job locked, and holds 20 others",
    run: () => pauseInTransaction({ jobs: 21 }),
    holds: (figures) =>
      nothingWrong(figures) &&
      atMost(figures.othersSeconds, 15) &&
      atMost(figures.lockedSeconds, 45) &&
      atMost(figures.longestMs, 5000),
  },
  transactions: {
    about: "10,000 transactions, half of them rolled back",
    run: () => askInTransactions({ transactions: 10_000 }),
    holds: ({ commits, jobs }) => commits === 5000 && jobs === 5000,
  },
  clock: {
    about: "2 schedulers through the 96 hours around both changes of clocks",
    run: async () => {
      const newYork = { timeZone: "America/New_York", minutes: 15 };
      const spring = await changeClocks({ ...newYork, around: "2026-03-08T07:00:00Z", daily: "30 2 * * *" });
      const autumn = await changeClocks({ ...newYork, around: "2026-11-01T05:00:00Z", daily: "30 1 * * *" });
      const fired = [...spring.often, ...autumn.often];
      const wanted = [...spring.wanted, ...autumn.wanted];
      const days = spring.days.length + autumn.days.length;
      return { slots: wanted.length, fired: fired.length, same: fired.join(" ") === wanted.join(" "), days };
    },
    holds: ({ same, days }) => same === true && days === 5,
  },
  poison: {
    about: "jobs that end their process, fill its memory and never return, beside 2,000 others and more",
    run: () => poisonWorkers({ kinds: ["exit", "memory", "loop"], others: 1000 }),
    holds: (figures) =>
      nothingWrong(figures) &&
      Object.values(figures.besideMs ?? {}).every((besideMs) => atMost(besideMs, 2 * Number(figures.cleanMs))),
  },
  key: {
    about: "1,000 that ask at once for one key",
    run: () => askWithOneKey({ asked: 1000 }),
    holds: ({ taken, jobs }) => taken === 1 && jobs === 1,
  },
  stop: {
    about: "20 workers told to stop under load, twice each",
    run: () => stopWorkers({ times: 20, jobs: 2000 }),
    holds: (figures) => nothingWrong(figures) && figures.badExits === 0 && atMost(figures.longestMs, 25_000),
  },
  restart: {
    about: "the whole site told to stop 20 times, twice each, under readers and mail",
    run: () => restartSite({ times: 20, readers: 10, mails: 100 }),
    holds: (figures) =>
      nothingWrong(figures) &&
      figures.cutOff === 0 &&
      figures.wrong === 0 &&
      figures.badExits === 0 &&
      figures.leftBehind === 0 &&
      atMost(figures.longestMs, 25_000),
  },
  crash: {
    about: "10 crashes of the database",
    run: () => crashDatabase({ times: 10, everyMs: 2000 }),
    holds: (figures) => nothingWrong(figures) && atMost(figures.reconnectMs, 10_000),
  },
  guesses: {
    about: "1,000 guesses at one account, 1,000 from one address, 200 accounts that are there beside 200 that are not",
    run: async () => ({ ...(await guessPasswords({ tries: 1000, compared: 200 })) }),
    holds: ({ ofAccount, fromAddress, ownerBy, ownerWaits, isSame, gapMs }) =>
      ofAccount === 10 &&
      fromAddress === 30 &&
      String(ownerBy) === "known browser,link,work" &&
      atMost(ownerWaits, 10) &&
      isSame === true &&
      atMost(gapMs, 5),
  },
  redis: {
    about:
      "a Redis that takes connections and answers none, before 50 tries to sign in, and a process started meanwhile",
    run: async () => ({ ...(await silenceRedis({ tries: 50 })) }),
    holds: ({ together, togetherAgain, firstMs, laterMs, freshFirstMs, failed }) =>
      together === true &&
      togetherAgain === true &&
      failed === 0 &&
      [firstMs, freshFirstMs, laterMs].every((ms) => atMost(ms, 2000)),
  },
  aborts: {
    about: "200 readers ask for 50 pages each and go away in the middle of a third of them",
    run: () => withSite((origin) => abortRequests(origin, { readers: 200, requests: 50, abortedShare: 0.3 })),
    holds: ({ crossed, answered }) => crossed === 0 && typeof answered === "number" && answered > 5000,
  },
  xss: {
    about: `${vectors.length} vectors in every text of the admin and the desk, without a policy, wherever they are shown`,
    run: () => withSite(tryAllVectors),
    holds: ({ looked, live, failed, formulas }) =>
      [live, failed, formulas].every((found) => Array.isArray(found) && found.length === 0) &&
      typeof looked === "number" &&
      looked > 4000,
  },
};

/** Each vector of ours by itself, and all of them several at once, of which forms and histories are looked at. */
async function tryAllVectors(origin: string, { routes }: Server): Promise<Record<string, unknown>> {
  const browser = await launchChromium();
  try {
    const bundles = inBundles(vectors, 40);
    const echoed = own.filter((_vector, place) => place % 4 === 0);
    const values = { bundles, singles: own, forms: bundles.length, echoed };
    const { looked, ...found } = await tryVectors(browser, { origin, routes }, values);
    // Some are enough to mend them by.
    const some = Object.entries(found).map(([name, all]) => [name, all.slice(0, 20)]);
    return { vectors: vectors.length, looked, ...Object.fromEntries(some) };
  } finally {
    await browser.close();
  }
}

/** Runs tests with their full figures. */
async function runTests(...patterns: readonly string[]): Promise<{ failed: number | null }> {
  const env = { ...process.env, FAULTS: "full" };
  const args = ["--import", "./src/loader.js", "--test", ...globSync(patterns)];
  return { failed: spawnSync(process.execPath, args, { env, stdio: "ignore" }).status };
}

const { values } = parseArgs({ options: { only: { type: "string" } } });
const wanted = values.only?.split(",") ?? Object.keys(trials);
for (const [name, { about, run, holds }] of Object.entries(trials)) {
  if (!wanted.includes(name)) continue;
  const startedAt = Date.now();
  const figures = await run();
  const verdict = holds(figures) ? "holds " : "BROKEN";
  if (verdict === "BROKEN") process.exitCode = 1;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  process.stdout.write(`${verdict}  ${name}: ${about} (${seconds} s)\n        ${JSON.stringify(figures)}\n`);
}
