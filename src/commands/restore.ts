import { parseArgs } from "node:util";
import { keyFingerprint } from "../apps/operations/backups/source.ts";
import { restoreSite } from "../apps/operations/restoring.ts";
import { release } from "../apps/operations/releasing.ts";
import type { Command } from "../lib/app.ts";
import { disconnect } from "../lib/db.ts";
import { UserError } from "../lib/errors.ts";
import { findStored } from "./backup.ts";
import { openDatabase } from "./runtime.ts";

/** The way back, and the word that lets a restored site speak. */
export const restoring: readonly Command[] = [
  {
    name: "restore",
    usage: "restore FILE [--into-database-url URL]",
    about:
      "Restore a backup, a file or one that `backup list` names, into an empty database and the store of STORAGE_URL, and compare. The site is held until ./manage release.",
    run: restore,
  },
  {
    name: "release",
    usage: "release [--send-what-waited]",
    about:
      "Let mail and tasks of a restored site go. Mail that waited when the backup was made is in doubt until somebody decides, unless you say that it is to be sent.",
    needs: "database",
    run: async (args) => {
      const { "send-what-waited": sends = false } = read(args, "release", {
        "send-what-waited": { type: "boolean" },
      }).values;
      process.stdout.write(await release({ sends }));
      return 0;
    },
  },
];

async function restore(args: readonly string[]): Promise<number> {
  const options = { "into-database-url": { type: "string" } } as const;
  const { values, positionals } = read(args, "restore", options);
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new UserError("Say ./manage restore FILE [--into-database-url URL]");
  const stored = await findStored(file);
  const into = values["into-database-url"];
  const database = into === undefined ? await openDatabase() : { url: into, close: async () => undefined };
  try {
    // Nobody may be connected meanwhile, this process among them.
    await disconnect();
    const { manifest, proof } = await restoreSite(stored, database.url);
    const rows = proof.tables.reduce((sum, each) => sum + each.rows, 0);
    process.stdout.write(`
  ${file} of ${manifest.madeAt.toISOString().slice(0, 16).replace("T", " ")} UTC is restored: ${rows} rows of ${proof.tables.length} tables, ${proof.objects.length} files.
  All of it is as it was.
${proof.missing.length === 0 ? "" : `\n  The store had lost these already: ${proof.missing.join(", ")}\n`}${manifest.keyFingerprint === keyFingerprint() ? "" : `\n  ${otherKey}\n`}
  Mail and tasks are held. Everybody signs in anew.
  Next     ./manage start, and look at it
  Then     ./manage release
`);
    return 0;
  } finally {
    await database.close();
  }
}

const otherKey =
  "SECRET_KEY is not the one of that site: set it, or codes of authenticator apps are refused, and texts are rendered anew.";

function read<Options extends NonNullable<Parameters<typeof parseArgs>[0]>["options"]>(
  args: readonly string[],
  name: string,
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}: ./manage ${name} --help`);
  }
}
