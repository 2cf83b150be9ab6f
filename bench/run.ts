import { folder } from "./environment.ts";
import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { findGenerator } from "./load.ts";
import { stopAll } from "./processes.ts";
import { describeMachine, printTable, type Row } from "./report.ts";
import { cache } from "./parts/cache.ts";
import { accounts } from "./parts/accounts.ts";
import { admin } from "./parts/admin.ts";
import { article } from "./parts/article.ts";
import { images } from "./parts/images.ts";
import { importing } from "./parts/importing.ts";
import { background } from "./parts/jobs.ts";
import { limits } from "./parts/limits.ts";
import { mail } from "./parts/mail.ts";
import { memory } from "./parts/memory.ts";
import { payments } from "./parts/payments.ts";
import { search } from "./parts/search.ts";
import { start } from "./parts/start.ts";
import { weight } from "./parts/weight.ts";
import { closeWorld } from "./world.ts";

/** What is measured: docs/performance.md says how. The large library comes late, since the others can do without. */
const parts: Readonly<Record<string, (options: { corpus: string | undefined }) => Promise<Row[]>>> = {
  cache,
  article,
  accounts,
  payments,
  limits,
  weight,
  images,
  start,
  import: importing,
  jobs: background,
  mail,
  search,
  memory,
  // Its rows are in everybody's way, so it comes last.
  admin,
};

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, only: { type: "string", multiple: true }, corpus: { type: "string" } },
  });
  const wanted = values.only?.flatMap((list) => list.split(",")) ?? Object.keys(parts);
  const unknown = wanted.find((name) => !(name in parts));
  if (unknown !== undefined) {
    process.stderr.write(`There is no part "${unknown}": choose from ${Object.keys(parts).join(", ")}.\n`);
    return 2;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void cleanUp().then(() => process.exit(130)));
  try {
    const rows: Row[] = [];
    let status = 0;
    for (const [name, measure] of Object.entries(parts)) {
      if (!wanted.includes(name)) continue;
      if (process.stderr.isTTY) process.stderr.write(`measuring ${name} …\n`);
      try {
        rows.push(...(await measure({ corpus: values.corpus })));
      } catch (error) {
        // What was measured so far took minutes, and what comes may still work.
        process.stderr.write(`The part "${name}" failed: ${error instanceof Error ? error.message : String(error)}\n`);
        status = 1;
        await stopAll();
      }
    }
    const machine = { ...describeMachine(), loadGenerator: findGenerator().name };
    process.stdout.write(values.json ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : printTable(machine, rows));
    return status;
  } finally {
    await cleanUp();
  }
}

async function cleanUp(): Promise<void> {
  await stopAll();
  await closeWorld();
  await rm(folder, { recursive: true, force: true });
}
