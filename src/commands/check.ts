import { checks } from "../apps.ts";
import type { Check, Command } from "../lib/app.ts";
import { db, disconnect } from "../lib/db.ts";
import { UserError } from "../lib/errors.ts";
import { listPendingMigrations } from "../lib/migrate.ts";
import { verifyPayments } from "../apps/billing/setup.ts";
import { gatherFacts, questions } from "../apps/operations/deployment.ts";

import { openDatabase, withDatabase } from "./runtime.ts";

/** Asks every app whether anything is wrong; the exit status says so. */
export const check: Command = {
  name: "check",
  usage: "check [--deploy] [--payments]",
  about:
    "Ask every app whether anything is wrong with the site. --deploy: ask also whether settings, database and machine are fit for readers. --payments: ask the payment provider instead whether everything is set up.",
  run: async (args) => {
    const unknown = args.find((word) => word !== "--deploy" && word !== "--payments");
    if (unknown !== undefined) throw new UserError(`Say ./manage ${check.usage}`);
    if (args.includes("--payments")) return report(await withDatabase(verifyPayments));
    return report(args.includes("--deploy") ? await askDeployment() : await withDatabase(askApps));
  },
};

interface Answer {
  name: string;
  problem: string | undefined;
}

async function askDeployment(): Promise<Answer[]> {
  const opened = await openDatabase().catch((error: unknown) => {
    if (error instanceof UserError) return error.message;
    throw error;
  });
  const isAway = typeof opened === "string";
  try {
    const deployment = await gatherFacts(isAway ? opened : undefined);
    const answers = questions.map(({ name, ask }) => ({ name, problem: ask(deployment) }));
    return isAway ? answers : [...answers, ...(await askApps())];
  } finally {
    await (isAway ? disconnect() : opened.close());
  }
}

// Without its tables no app has an answer.
async function askApps(): Promise<Answer[]> {
  const problem = await database.run();
  const answers: Answer[] = [{ name: database.name, problem }];
  if (problem === undefined) for (const { name, run } of checks) answers.push({ name, problem: await run() });
  return answers;
}

function report(answers: readonly Answer[]): number {
  const lines = answers.map(({ name, problem }) => `${problem === undefined ? "ok     " : "wrong  "} ${name}\n`);
  const problems = answers.flatMap(({ problem }) => problem ?? []);
  process.stdout.write([...lines, ...problems.map((problem) => `\n${problem}\n`)].join(""));
  return problems.length === 0 ? 0 : 1;
}

const database: Check = {
  name: "database",
  run: async () => {
    const pending = await listPendingMigrations(db.$client);
    return pending.length === 0 ? undefined : `The database lacks ${pending.join(", ")}: run ./manage migrate.`;
  },
};
