import { parseArgs } from "node:util";
import type { Command } from "#lib/app.ts";
import { UserError } from "#lib/errors.ts";
import { table } from "#lib/table.ts";
import { listSearches } from "./counting.ts";

const shown = 100;

export const searchesCommand: Command = {
  name: "searches",
  usage: "searches [--empty] [--days N]",
  about: "Show what readers searched for, or what they did not find.",
  needs: "database",
  run: async (args) => {
    const { onlyEmpty, days } = readArguments(args);
    const counts = await listSearches({ onlyEmpty, days, limit: shown });
    if (counts.length === 0) {
      process.stdout.write(`No search ${onlyEmpty ? "found nothing" : "was counted"} in the last ${days} days.\n`);
      return 0;
    }
    const rows = counts.map(({ query, times, empty, lastAt }) => [
      query,
      String(times),
      String(empty),
      lastAt.toISOString().slice(0, 10),
    ]);
    process.stdout.write(table(["Search", "Times", "Found nothing", "Last"], rows));
    return 0;
  },
};

function readArguments(args: readonly string[]): { onlyEmpty: boolean; days: number } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { empty: { type: "boolean", default: false }, days: { type: "string", default: "30" } },
    });
    const days = Number(values.days);
    if (!Number.isInteger(days) || days < 0 || days > 36_500) throw new Error("--days must be a whole number of days.");
    return { onlyEmpty: values.empty, days };
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
