import { db } from "#lib/db.ts";

/** Rows of a table that are about somebody, or that say what somebody did to others. */
export interface PersonalTable {
  /** Quoted, as SQL needs it. */
  table: string;
  /** Which rows: an expression over the alias `t`, in which `$1` is the id of the account. */
  where: string;
  /** Columns that are shown; all but secrets, and who else had to do with it. */
  columns: readonly string[];
  /** Columns that name others; in a row with one of them where it came from is where they sat. */
  others: readonly string[];
  /** The column that names the person where the row is about something else: then only when and what is shown. */
  actedAs: string | undefined;
}

export interface Reference {
  table: string;
  column: string;
  target: string;
  targetColumn: string;
  cascades: boolean;
}

interface Column {
  table: string;
  column: string;
  isTime: boolean;
}

/** Columns that nobody needs to see but us: what proves something, or would let somebody in. */
const secret = /(^|_)(hash|secret|token|handle|key|credential)(_|$)|^totp_/;
/** What a step of a sign-in has put aside may be a hash of a password. */
const putAside = "one_time_tokens.data";

/**
 * Every table with rows of an account, found in Postgres's own catalog, so that none is forgotten that comes later: those that
 * refer to `users`, and those whose rows go when theirs go.
 */
export async function listPersonalTables(): Promise<PersonalTable[]> {
  const references = await listReferences();
  const columns = await listColumns();
  const owned = new Map<string, Rows>([["users", (alias) => `${alias}.id = $1`]]);
  // A map goes on with what is added while it is walked through.
  for (const [target, rows] of owned) {
    for (const { table, column, targetColumn } of references.filter(
      (each) => each.target === target && belongs(each),
    )) {
      const which = target === "users" ? "= $1" : `in (select p.${targetColumn} from ${target} p where ${rows("p")})`;
      if (!owned.has(table)) owned.set(table, (alias) => `${alias}.${column} ${which}`);
    }
  }
  const toUsers = references.filter(({ target }) => target === "users");
  const own = [...owned].map(([table, rows]): PersonalTable => {
    const others = toUsers.filter((each) => each.table === table && !belongs(each)).map(({ column }) => column);
    const shown = columns.filter((each) => each.table === table).map(({ column }) => column);
    return {
      table,
      where: rows("t"),
      columns: shown.filter((column) => !isSecret(table, column) && !others.includes(column)),
      others,
      actedAs: undefined,
    };
  });
  const acts = toUsers.filter((each) => !belongs(each));
  return [...own, ...acts.map(({ table, column }) => actedOn(table, column, columns))].filter(
    ({ columns: shown }) => shown.length > 0,
  );
}

type Rows = (alias: string) => string;

function isSecret(table: string, column: string): boolean {
  return secret.test(column) || `${table}.${column}` === putAside;
}

// An account's own rows name it so; in other columns it is who did something. What a customer paid is theirs, too, although it
// stays in the books without them.
function belongs({ target, column, cascades }: Reference): boolean {
  if (target === "users") return column === "user_id";
  return cascades || (target === "customers" && column === "customer_id");
}

function actedOn(table: string, column: string, columns: readonly Column[]): PersonalTable {
  const shown = columns.filter((each) => each.table === table && (each.isTime || each.column === "kind"));
  return {
    table,
    where: `t.${column} = $1`,
    columns: shown.map((each) => each.column),
    others: [],
    actedAs: column,
  };
}

/** Single-column foreign keys. Names are quoted, as SQL needs them. */
export async function listReferences(): Promise<Reference[]> {
  const { rows } = await db.$client.query<Reference>(`
    select c.conrelid::regclass::text as "table", quote_ident(a.attname) as "column",
      c.confrelid::regclass::text as target, quote_ident(f.attname) as "targetColumn", c.confdeltype = 'c' as cascades
    from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    join pg_attribute f on f.attrelid = c.confrelid and f.attnum = c.confkey[1]
    where c.contype = 'f' and cardinality(c.conkey) = 1 and c.conparentid = 0
    order by 1, 2`);
  return rows;
}

async function listColumns(): Promise<Column[]> {
  const { rows } = await db.$client.query<Column>(`
    select a.attrelid::regclass::text as "table", quote_ident(a.attname) as "column",
      a.atttypid in ('timestamptz'::regtype, 'date'::regtype) as "isTime"
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
      and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    order by 1, a.attnum`);
  return rows;
}
