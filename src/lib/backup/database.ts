import { createHash } from "node:crypto";
import { Socket } from "node:net";
import { Client, escapeIdentifier } from "pg";
import type { TableProof } from "./format.ts";

/** A table as it is copied. */
export interface Table {
  /** `public.users`. */
  name: string;
  schema: string;
  columns: string[];
  /** What puts its rows in one order, whatever the database's own collation is. */
  order: string[];
}

export interface Sequence {
  name: string;
  /** Null when it was never asked. */
  last: string | null;
  start: string;
}

/** What is left out: a table, or those of its rows for which the condition does not hold, and why. */
export type Passing = Readonly<Record<string, { keep?: string; why: string }>>;

// What one server writes the other must read and write alike: https://www.postgresql.org/docs/18/app-pgdump.html sets the same.
const settings = [
  "set client_encoding = 'UTF8'",
  "set timezone = 'UTC'",
  "set datestyle = 'ISO, YMD'",
  "set intervalstyle = 'postgres'",
  "set extra_float_digits = 1",
  "set bytea_output = 'hex'",
  "set statement_timeout = 0",
  "set idle_in_transaction_session_timeout = 0",
  "set lock_timeout = '60s'",
];

/** Runs work on a connection of its own, where copying may take as long as it takes. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const socket = new Socket();
  const about = { connectionTimeoutMillis: 5000, application_name: copierName, stream: () => socket };
  const client = new Client({ connectionString: url, ...about });
  client.on("error", () => undefined);
  try {
    await client.connect();
    for (const statement of settings) await client.query(statement);
    const result = await work(client);
    await client.end();
    return result;
  } finally {
    // A copy that was broken off is in nobody's way: the server ends what has lost its connection.
    socket.destroy();
  }
}

/** What its connections are called. */
export const copierName = "lectern backup";

/** Runs work that sees the database as it was at one moment, whatever is written meanwhile. */
export async function inSnapshot<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("begin transaction isolation level repeatable read, read only");
  const result = await work();
  await client.query("commit");
  return result;
}

/** Every table that is not the system's own, by name; a partition belongs to its table. */
export async function listTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select n.nspname || '.' || c.relname as name, n.nspname as schema,
      array(
        select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum
      ) as columns,
      array(
        select quote_ident(a.attname) || case when a.attcollation = 0 then '' else ' collate "C"' end
        from pg_index i cross join unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary order by k.place
      ) as order
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    order by n.nspname collate "C", c.relname collate "C"`);
  return rows;
}

/** The sequences, all of them but those of the journal of migrations, which count for themselves. */
export async function listSequences(client: Client): Promise<Sequence[]> {
  const { rows } = await client.query<Sequence>(`
    select schemaname || '.' || sequencename as name, last_value::text as last, start_value::text as start
    from pg_sequences where schemaname <> 'drizzle' order by 1`);
  return rows;
}

/** Constraints and indexes that hold, each as its table and its name. Partitions come and go by the calendar. */
export async function listConstraints(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select n.nspname || '.' || t.relname || ' ' || o.name as name
    from (
      select conrelid as id, conname || ' ' || contype::text as name from pg_constraint
      where contype in ('p', 'u', 'f', 'c', 'x') and convalidated
      union all
      select indrelid, c.relname || ' index' from pg_index i join pg_class c on c.oid = i.indexrelid where indisvalid
    ) o join pg_class t on t.oid = o.id join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = 'public' and not t.relispartition order by 1`);
  return rows.map(({ name }) => name);
}

/** Copies rows out as COPY writes them, in order, in pieces of about a megabyte; answers how many, and their hash. */
export async function copyOut(
  client: Client,
  table: Table,
  { columns = table.columns, keep, take }: { columns?: string[]; keep?: string | undefined; take?: Take } = {},
): Promise<TableProof> {
  const { to } = await import("pg-copy-streams");
  const where = keep === undefined ? "" : ` where ${keep}`;
  const order = table.order.length === 0 ? `t::text collate "C"` : table.order.join(", ");
  const stream = client.query(
    to(`copy (select ${identifiers(columns)} from ${qualified(table.name)} as t${where} order by ${order}) to stdout`),
  );
  const hash = createHash("sha256");
  let pieces: Buffer[] = [];
  let size = 0;
  const pass = async (): Promise<void> => {
    if (size > 0) await take?.(Buffer.concat(pieces, size));
    pieces = [];
    size = 0;
  };
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    hash.update(chunk);
    if (take === undefined) continue;
    pieces.push(chunk);
    size += chunk.length;
    if (size >= pieceBytes) await pass();
  }
  await pass();
  return { name: table.name, rows: stream.rowCount, hash: hash.digest("hex") };
}
type Take = (piece: Buffer) => Promise<void>;

const pieceBytes = 1_000_000;

/** Where rows of a table go in, as COPY wrote them. */
export async function openCopyIn(
  client: Client,
  { name, columns }: { name: string; columns: string[] },
): Promise<{ write: (piece: Buffer) => Promise<void>; end: () => Promise<void> }> {
  const { from } = await import("pg-copy-streams");
  const stream = client.query(from(`copy ${qualified(name)} (${identifiers(columns)}) from stdin`));
  const done = new Promise<void>((resolve, reject) => {
    stream.once("finish", () => resolve());
    stream.once("error", reject);
  });
  // Whoever writes or ends is told of it.
  done.catch(() => undefined);
  return {
    write: async (piece) => {
      if (stream.write(piece)) return;
      await Promise.race([new Promise<void>((resolve) => stream.once("drain", () => resolve())), done]);
    },
    end: async () => {
      stream.end();
      await done;
    },
  };
}

export function qualified(name: string): string {
  const [schema = "", table = ""] = name.split(".");
  return `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
}

function identifiers(names: readonly string[]): string {
  return names.map(escapeIdentifier).join(", ");
}
