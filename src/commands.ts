import { apps } from "./apps.ts";
import { check } from "./commands/check.ts";
import { database } from "./commands/database.ts";
import { serving } from "./commands/serving.ts";
import { tools } from "./commands/tools.ts";
import type { Command } from "./lib/app.ts";

/** Every subcommand of `./manage`: the site's own, then those that the apps declare. */
export function listCommands(): readonly Command[] {
  return [...serving, ...database, check, ...tools, ...apps.flatMap((app) => app.commands ?? [])];
}

export function help(): string {
  const lines = listCommands().map((command) => `  ${command.usage.padEnd(width())}${command.about}`);
  return `Lectern, a tutorial site in a box.\n\n./manage COMMAND\n\n${lines.join("\n")}\n`;
}

function width(): number {
  return Math.min(36, Math.max(...listCommands().map((command) => command.usage.length)) + 2);
}
