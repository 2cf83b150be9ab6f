import { apps } from "../apps.ts";
import type { Command } from "../lib/app.ts";
import { withDatabase } from "./runtime.ts";

/** Asks every app whether anything is wrong; the exit status says so. */
export const check: Command = {
  name: "check",
  usage: "check",
  about: "Ask every app whether anything is wrong with the site.",
  run: () =>
    withDatabase(async () => {
      const problems: string[] = [];
      const checks = apps.flatMap((app) => (app.checks ?? []).map((one) => ({ ...one, app: app.name })));
      for (const { app, name, run } of checks) {
        const problem = await run();
        if (problem !== undefined) problems.push(`${app} · ${name}: ${problem}`);
      }
      process.stdout.write(problems.length === 0 ? `All ${checks.length} checks pass.\n` : `${problems.join("\n")}\n`);
      return problems.length === 0 ? 0 : 1;
    }),
};
