import type { Command } from "./lib/app.ts";
import { UserError } from "./lib/errors.ts";

process.exitCode = await main(process.argv.slice(2));

async function main([name = "help", ...args]: string[]): Promise<number> {
  try {
    // Settings are read on import, and what is wrong with them must become a sentence too.
    const { listCommands, help } = await import("./commands.ts");
    if (name === "help" || name === "--help" || name === "-h") return print(help());
    const command = listCommands().find((candidate) => candidate.name === name);
    if (command === undefined) throw new UserError(`There is no command "${name}".\n\n${help()}`);
    if (args.includes("--help")) return print(`./manage ${command.usage}\n\n${command.about}\n`);
    return command.needs === "database" ? await runWithDatabase(command, args) : await command.run(args);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

async function runWithDatabase(command: Command, args: readonly string[]): Promise<number> {
  const { withDatabase } = await import("./commands/runtime.ts");
  const { migrate } = await import("./lib/migrate.ts");
  return withDatabase(async ({ url }) => {
    await migrate(url);
    return command.run(args);
  });
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
