import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { renderStale } from "../apps/editorial/rendering.ts";
import type { Command } from "../lib/app.ts";
import { UserError } from "../lib/errors.ts";
import { migrate } from "../lib/migrate.ts";
import { withDatabase } from "./runtime.ts";

/** The commands that shape the database. */
export const database: readonly Command[] = [
  {
    name: "migrate",
    usage: "migrate",
    about: "Bring the database and what is rendered in it up to date.",
    run: () =>
      withDatabase(async ({ url, name }) => {
        await migrate(url);
        await renderStale();
        process.stdout.write(`The database is up to date: ${name}.\n`);
        return 0;
      }),
  },
  {
    name: "migration",
    usage: "migration NAME",
    about: "Write the SQL that leads from the last migration to the schemas of today.",
    run: writeMigration,
  },
];

async function writeMigration([name]: readonly string[]): Promise<number> {
  if (name === undefined || !/^[a-z0-9_-]+$/.test(name)) {
    throw new UserError("Name the migration in lowercase words joined by hyphens: ./manage migration add-quizzes");
  }
  const drizzleKit = join(dirname(createRequire(import.meta.url).resolve("drizzle-kit")), "bin.cjs");
  const { status } = spawnSync(process.execPath, [drizzleKit, "generate", "--name", name], { stdio: "inherit" });
  return status ?? 1;
}
