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
    return await command.run(args);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
