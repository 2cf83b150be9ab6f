import type { Command } from "#lib/app.ts";
import { table } from "#lib/table.ts";
import { listIncidents, readUptime, shareOf, shownDays } from "./uptime.ts";
import { clock, percent, spanOf } from "./words.ts";

/** What `/staff/uptime/` shows, in a terminal. */
export const uptimeCommand: Command = {
  name: "uptime",
  usage: "uptime",
  about: "Whether the site answered at its own address, day by day for the last 30 days, and when it did not.",
  needs: "database",
  run: async () => {
    const now = new Date();
    const uptime = await readUptime(now, shownDays);
    const days = uptime.days.toReversed().map(({ day, answered, failed, missing, medianMs, p95Ms }) => {
      const figures = [answered, failed, missing].map(String);
      return [day, percent(shareOf({ answered, failed })), ...figures, milliseconds(medianMs), milliseconds(p95Ms)];
    });
    const incidents = (await listIncidents(now, shownDays)).map(({ from, to, minutes, problem, isOpen }) => [
      clock(from),
      isOpen ? "now" : clock(to),
      spanOf(minutes),
      problem ?? "Nobody asked.",
    ]);
    process.stdout.write(
      days.length === 0
        ? "Nobody has asked yet: ./manage work does, once a minute.\n"
        : `${percent(shareOf(uptime))} of ${uptime.answered + uptime.failed} minutes answered, ${uptime.missing} minutes are missing.\n\n` +
            table(["day", "answered", "minutes", "failed", "missing", "median", "p95"], days) +
            (incidents.length === 0 ? "" : `\n${table(["from", "to", "for", "why"], incidents)}`),
    );
    return 0;
  },
};

function milliseconds(value: number | null): string {
  return value === null ? "" : `${value} ms`;
}
