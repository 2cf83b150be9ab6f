import { apps } from "./apps.ts";
import { backup } from "./commands/backup.ts";
import { check } from "./commands/check.ts";
import { database } from "./commands/database.ts";
import { jobs } from "./commands/jobs.ts";
import { restoring } from "./commands/restore.ts";
import { serving } from "./commands/serving.ts";
import { tools } from "./commands/tools.ts";
import type { Command } from "./lib/app.ts";

/** Every subcommand of `./manage`: the site's own, then those that the apps declare. */
export function listCommands(): readonly Command[] {
  return [
    ...serving,
    ...database,
    backup,
    ...restoring,
    jobs,
    check,
    ...tools,
    ...apps.flatMap((app) => app.commands ?? []),
  ];
}

export function help(): string {
  const commands = listCommands().map(({ usage, about }) => ({ usage: usage.replace(/ \[.*/, ""), about }));
  const width = Math.max(...commands.map(({ usage }) => usage.length)) + 3;
  const lines = commands.map(({ usage, about }) => `  ${usage.padEnd(width)}${about}`);
  return `Lectern, a tutorial site in a box.\n\n${lines.join("\n")}\n\n./manage COMMAND --help says more.\n`;
}
