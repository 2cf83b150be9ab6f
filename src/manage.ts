import type { Command } from "./lib/app.ts";
import { UserError } from "./lib/errors.ts";

process.exitCode = await main(process.argv.slice(2));

async function main([name = "help", ...args]: string[]): Promise<number> {
  const isNamed = (command: Command): boolean => command.name === name;
  try {
    // Settings are read on import, and what is wrong with them must become a sentence too. What runs the site is looked
    // for first, because it need not wait until all apps are loaded.
    const { serving } = await import("./commands/serving.ts");
    const command = serving.find(isNamed) ?? (await import("./commands.ts")).listCommands().find(isNamed);
    if (command === undefined) {
      const { help } = await import("./commands.ts");
      if (["help", "--help", "-h"].includes(name)) return print(help());
      throw new UserError(`There is no command "${name}".\n\n${help()}`);
    }
    if (args.includes("--help")) return print(`./manage ${command.usage}\n\n${command.about}\n`);
    return command.needs === "database" ? await runWithDatabase(command, args) : await command.run(args);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.status;
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
