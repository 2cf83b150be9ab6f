import { db } from "#lib/db.ts";

interface Column {
  table: string;
  column: string;
  type: string;
  isRequired: boolean;
  target: string | null;
  targetColumn: string | null;
}

/** Whose traces are laid, and looked for: words that stand nowhere else. */
export interface Person {
  id: number;
  address: string;
  name: string;
}

/**
 * Gives every table that refers to `users` a row of this person, with name and address in each of its texts: also those
 * that are made after this was written. Answers which tables those are.
 */
export async function leaveTraces(person: Person): Promise<string[]> {
  const columns = await listColumns();
  const tables = new Set(columns.filter(({ target }) => target === "users").map(({ table }) => table));
  for (const table of tables) {
    // A row with the first number may be somebody else's.
    for (let number = 1; number < 9 && !(await leaveTrace(table, columns, { person, number })); number++);
  }
  return [...tables].toSorted();
}

interface Trace {
  person: Person;
  /** For what is counted. */
  number: number;
}

async function leaveTrace(table: string, columns: readonly Column[], trace: Trace): Promise<boolean> {
  const own = columns.filter((each) => each.table === table);
  const isTheirs = own.some(({ column }) => column === "user_id");
  const values = new Map<string, unknown>();
  for (const column of own) {
    // What a thing is called by us is never somebody's word, nor is a point of a checklist, which they only tick.
    if (column.column === "kind" || column.column === "item") values.set(column.column, "kind");
    else if (column.target === "users" || column.isRequired || (isTheirs && isText(column))) {
      values.set(column.column, await valueFor(column, columns, { ...trace, isTheirs }));
    }
  }
  const names = [...values.keys()].map((name) => `"${name}"`).join(", ");
  const places = [...values.keys()].map((_name, index) => `$${index + 1}`).join(", ");
  const text = `insert into ${table} (${names}) values (${places}) on conflict do nothing`;
  const { rowCount } = await db.$client.query(text, [...values.values()]);
  return rowCount === 1;
}

/** Where the person is still to be found: a row that refers to them, or has their name or address anywhere in it. */
export async function findTraces({ id, address, name }: Person): Promise<string[]> {
  const columns = await listColumns();
  const found: string[] = [];
  for (const { table, column } of columns.filter(({ target }) => target === "users")) {
    if (await exists(`select from ${table} where "${column}" = $1`, [id]))
      found.push(`${table}.${column} refers to them`);
  }
  for (const table of new Set(columns.map((each) => each.table))) {
    for (const word of [address, name]) {
      const isThere = await exists(`select from ${table} t where position(lower($1) in lower(t::text)) > 0`, [word]);
      if (isThere) found.push(`${table} says ${word}`);
    }
  }
  return found;
}

async function exists(query: string, values: unknown[]): Promise<boolean> {
  const { rowCount } = await db.$client.query(`${query} limit 1`, values);
  return rowCount === 1;
}

function isText({ type, target }: Column): boolean {
  return target === null && /^(text|jsonb|text\[\])$/.test(type);
}

async function valueFor(
  column: Column,
  columns: readonly Column[],
  { person, number, isTheirs }: Trace & { isTheirs: boolean },
): Promise<unknown> {
  const { target, targetColumn, type, isRequired } = column;
  if (target === "users") return person.id;
  if (target !== null) {
    const [found] = await findAny(target, targetColumn);
    if (found !== undefined || !isRequired) return found?.id;
    // What it leads to has no rows either.
    await leaveTrace(target, columns, { person, number });
    return (await findAny(target, targetColumn))[0]?.id;
  }
  const words = isTheirs ? `${person.name} <${person.address}>` : "words";
  if (type === "text") return words;
  if (type === "jsonb") return JSON.stringify({ words });
  if (type === "text[]") return [words];
  if (type === "uuid") return crypto.randomUUID();
  if (type === "boolean") return false;
  return /^timestamp|^date/.test(type) ? new Date() : number;
}

async function findAny(table: string, column: string | null): Promise<{ id: unknown }[]> {
  return (await db.$client.query<{ id: unknown }>(`select "${column}" as id from ${table} limit 1`)).rows;
}

async function listColumns(): Promise<Column[]> {
  const { rows } = await db.$client.query<Column>(`
    select a.attrelid::regclass::text as "table", a.attname as "column", format_type(a.atttypid, null) as type,
      a.attnotnull and not a.atthasdef and a.attidentity = '' as "isRequired",
      c.confrelid::regclass::text as target, f.attname as "targetColumn"
    from pg_attribute a
    join pg_class t on t.oid = a.attrelid and t.relkind in ('r', 'p') and not t.relispartition
    left join pg_constraint c on c.contype = 'f' and c.conrelid = a.attrelid and c.conkey = array[a.attnum]
    left join pg_attribute f on f.attrelid = c.confrelid and f.attnum = c.confkey[1]
    where a.attnum > 0 and not a.attisdropped
      and t.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    order by 1, a.attnum`);
  return rows;
}
