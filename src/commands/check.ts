import { checks } from "../apps.ts";
import type { Check, Command } from "../lib/app.ts";
import { db } from "../lib/db.ts";
import { listPendingMigrations } from "../lib/migrate.ts";
import { withDatabase } from "./runtime.ts";

/** Asks every app whether anything is wrong; the exit status says so. */
export const check: Command = {
  name: "check",
  usage: "check",
  about: "Ask every app whether anything is wrong with the site.",
  run: () =>
    withDatabase(async () => {
      const problems: string[] = [];
      for (const { name, run } of [database, ...checks]) {
        const problem = await run();
        process.stdout.write(`${problem === undefined ? "ok     " : "wrong  "} ${name}\n`);
        if (problem !== undefined) problems.push(problem);
      }
      process.stdout.write(problems.map((problem) => `\n${problem}\n`).join(""));
      return problems.length === 0 ? 0 : 1;
    }),
};

const database: Check = {
  name: "database",
  run: async () => {
    const pending = await listPendingMigrations(db.$client);
    return pending.length === 0 ? undefined : `The database lacks ${pending.join(", ")}: run ./manage migrate.`;
  },
};
