import { stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { backUp, listBackups, storedAt, verifyStored, type Backup } from "../apps/operations/backups.ts";
import { siteAt } from "../apps/operations/backups/source.ts";
import { config } from "../config.ts";
import type { Command } from "../lib/app.ts";
import { nameBackup, newBackupKey, openPlace, timeOfBackup, writeBackup, type Stored } from "../lib/backup.ts";
import { UserError } from "../lib/errors.ts";
import { migrate } from "../lib/migrate.ts";
import { table } from "../lib/table.ts";
import { withDatabase } from "./runtime.ts";

/** Writes the whole site to one file, and sees whether such a file is a backup. */
export const backup: Command = {
  name: "backup",
  usage: "backup [FILE | --to URL | list | verify FILE | key]",
  about:
    "Write the whole site, pictures included, to one file: to BACKUP_URL, restored once to see whether it can be, or where you say. `verify` restores a file of yours, or one that `list` names, and throws that away; `key` makes a BACKUP_KEY.",
  run: async (args) => {
    process.stdout.write(await manageBackups(args));
    return 0;
  },
};

async function manageBackups(args: readonly string[]): Promise<string> {
  const { to, positionals } = readArguments(args);
  const [verb, file, ...rest] = positionals;
  if (rest.length > 0 || (to !== undefined && verb !== undefined)) throw new UserError(`Say ./manage ${backup.usage}`);
  if (verb === "key") return `${await newBackupKey()}\n`;
  if (verb === "list") return await withTables(async () => listed(await listBackups()));
  if (verb === "verify" && file !== undefined) return await withDatabase(() => verified(file));
  if (file !== undefined || verb === "verify") throw new UserError(`Say ./manage ${backup.usage}`);
  if (to !== undefined)
    return await written(to, nameBackup(new Date(), { encrypted: config.BACKUP_KEY !== undefined }));
  if (verb !== undefined) return await written(dirname(resolve(verb)), basename(verb));
  return await withTables(async () => {
    const made = await backUp();
    return `${made.name} is ${megabytes(made.sizeBytes)}, and was restored once: all of it is as it was.\n`;
  });
}

// Before an upgrade the database is older than the code, and is to be taken as it is.
async function written(url: string, name: string): Promise<string> {
  const key = config.BACKUP_KEY;
  const { proof, size } = await withDatabase((database) =>
    writeBackup(siteAt(database.url), openPlace(url), { name, key }),
  );
  const rows = proof.tables.reduce((sum, each) => sum + each.rows, 0);
  const lost =
    proof.missing.length === 0 ? "" : `\nThe store has lost ${proof.missing.length}: ${proof.missing.join(", ")}`;
  return `${name} is ${megabytes(size)}: ${rows} rows of ${proof.tables.length} tables, ${proof.objects.length} files.${lost}
It counts once it was restored: ./manage backup verify ${name}
`;
}

async function verified(file: string): Promise<string> {
  await verifyStored(await findStored(file));
  return `${file} was restored, and all of it is as it was.\n`;
}

/** A file, or one of BACKUP_URL by its name. */
export async function findStored(file: string): Promise<Stored> {
  const isThere = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isThere) return { ...storedAt(dirname(resolve(file)), basename(file)), name: file };
  if (timeOfBackup(file) !== undefined) return storedAt(config.BACKUP_URL, file);
  throw new UserError(`There is no file ${file}.`);
}

function listed(rows: readonly Backup[]): string {
  if (rows.length === 0) return "There is none yet.\n";
  const lines = rows.map(({ name, verifiedAt, sizeBytes, error }) => [
    name,
    megabytes(sizeBytes),
    verifiedAt === null ? "never" : verifiedAt.toISOString().slice(0, 16).replace("T", " "),
    error ?? "",
  ]);
  return table(["backup", "size", "restored last", ""], lines);
}

function withTables(work: () => Promise<string>): Promise<string> {
  return withDatabase(async ({ url }) => {
    await migrate(url);
    return await work();
  });
}

function megabytes(bytes: number | null): string {
  return bytes === null ? "" : `${(bytes / 1e6).toFixed(1)} MB`;
}

function readArguments(args: readonly string[]): { to?: string; positionals: readonly string[] } {
  try {
    const options = { to: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { ...values, positionals };
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
