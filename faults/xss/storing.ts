import { eq, getColumns, getTableName } from "drizzle-orm";
import { changes } from "#apps/admin/schema.ts";
import { media } from "#apps/media/schema.ts";
import { profiles } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";
import { saveText } from "#apps/editorial/texts.ts";
import { models } from "#apps.ts";
import { keyColumns, type Column } from "#lib/admin/columns.ts";
import { keyOf, type Model, type Row } from "#lib/admin.ts";
import { db } from "#lib/db.ts";

/** What of the rows that were stored is needed to visit them. */
export interface Stored {
  /** How many rows a list has now, at most. */
  rows: number;
  /** The keys of the rows by the names of their tables, in the order of the values. */
  keys: Map<string, string[]>;
  entries: number[];
}

/**
 * Stores each value in every text column that the admin knows, a row for each value, and the columns of one row shifted
 * against each other; with a history for each row. What only a machine writes (hashes, paths) gets what it would write.
 */
export async function storeVectors(values: readonly string[]): Promise<Stored> {
  const stored: Stored = { rows: values.length + 20, keys: new Map(), entries: [] };
  for (const model of inOrder([...models.values()])) {
    const rows: Row[] = [];
    const most = few[model.name] ?? values.length;
    for (const index of values.slice(0, most).keys()) rows.push(await fill(model, { values, index, stored }));
    for (let place = 0; place < rows.length; place += 100) {
      const some = rows.slice(place, place + 100);
      // What two rows may not share is left out.
      const query = db.insert(model.table).values(some).onConflictDoNothing().returning(getColumns(model.table));
      await keep(model, await query, { values, stored });
    }
  }
  return stored;
}

async function keep(model: Model, rows: readonly Row[], { values, stored }: Filling): Promise<void> {
  const keys = stored.keys.get(model.name) ?? [];
  stored.keys.set(model.name, keys);
  const texts = [...model.columns.values()].filter(({ valueType }) => valueType === "text");
  const histories: (typeof changes.$inferInsert)[] = [];
  for (const row of rows) {
    const valueAt = (place: number): string => values[(keys.length + place) % values.length] ?? "";
    const key = keyOf(model, row);
    const [title, action] = [valueAt(0), valueAt(3)];
    const before = Object.fromEntries(texts.map((column, place) => [column.key, valueAt(place)]));
    const after = Object.fromEntries(texts.map((column, place) => [column.key, valueAt(place + 1)]));
    histories.push({ actorId: owner, model: model.name, key, title, action, before, after });
    if (model.table === entries && typeof row.id === "number") {
      stored.entries.push(row.id);
      const entry = await getEntry(row.id);
      for (const version of [0, 1]) await saveText(entry, valueAt(version), valueAt(2));
    }
    keys.push(key);
  }
  if (histories.length > 0) await db.insert(changes).values(histories);
}

/** Otto owns the small world. */
export const owner = 4;

async function getEntry(id: number): Promise<typeof entries.$inferSelect> {
  const [entry] = await db.select().from(entries).where(eq(entries.id, id));
  if (entry === undefined) throw new Error(`There is no entry ${id}.`);
  return entry;
}

interface Filling {
  values: readonly string[];
  stored: Stored;
}

interface Place extends Filling {
  index: number;
}

async function fill(model: Model, place: Place): Promise<Row> {
  const row: Row = {};
  let shift = 0;
  for (const [key, column] of model.columns) {
    if (column.isGenerated) continue;
    const fixed = fixedValues[`${model.name}.${key}`];
    const text = textFor(model, column, { ...place, shift: shift++ * 7 });
    row[key] =
      fixed === undefined
        ? await valueFor(column, { ...place, text, isHidden: isHidden(model, key) })
        : fixed(place.index, text, place.stored);
  }
  return row;
}

// Where there are few rows, each has its part of the short ones.
function textFor(model: Model, { isUnique }: Column, { values, index, shift }: Place & { shift: number }): string {
  const most = few[model.name];
  const short = values.filter(({ length }) => length < 200);
  if (most === undefined || isUnique || short.length <= most) return values[(index + shift) % values.length] ?? "";
  return short.filter((_value, place) => place % most === index).join("\n\n");
}

// A page has all of these in each of its rows.
const few: Readonly<Record<string, number>> = { stages: 12, roles: 20 };

function isHidden(model: Model, key: string): boolean {
  return model.hidden?.includes(key) === true;
}

interface Cell extends Place {
  text: string;
  isHidden: boolean;
}

async function valueFor(column: Column, { index, text, isHidden: hidden, stored }: Cell): Promise<unknown> {
  const { target, valueType, choices, isNullable } = column;
  const sqlType = column.column.getSQLType();
  if (target !== undefined) return await rowOf(target, { index, stored });
  if (sqlType === "char(3)") return "EUR";
  if (valueType === "list" && sqlType.startsWith("integer")) return [];
  if (valueType === "text") return hidden ? `${column.key} ${index}` : text;
  if (valueType === "list") return [text];
  if (valueType === "json") return {};
  if (valueType === "choice") return choices[index % choices.length];
  if (valueType === "boolean") return index % 2 === 0;
  if (valueType === "moment") return isNullable ? null : new Date(Date.now() - index * 60_000);
  if (valueType === "date") return new Date().toISOString().slice(0, 10);
  return valueType === "uuid" ? crypto.randomUUID() : index;
}

async function rowOf(table: NonNullable<Column["target"]>, { index, stored }: Pick<Cell, "index" | "stored">) {
  const keys = stored.keys.get(getTableName(table)) ?? [];
  const [key] = keyColumns(table);
  const found = keys[index % keys.length];
  if (found !== undefined) return key?.dataType.startsWith("string") ? found : Number(found);
  // What the admin does not know by itself, such as prices, the small world has.
  const [known] = key === undefined ? [] : await db.select({ key }).from(table).limit(1);
  return known?.key;
}

// All that is said of one entry stands on its page.
const firstEntry = (_index: number, _text: string, { entries: ids }: Stored): number => ids[0] ?? 0;
const hex = (index: number): string => index.toString(16).padStart(64, "0");
const atOnce = (): Date => new Date(Date.now() - 60_000);

/** What nobody types, or what the site would not take from anybody, by table and column. */
const fixedValues: Readonly<Record<string, (index: number, text: string, stored: Stored) => unknown>> = {
  "entries.path": (index) => `/vector-${index}/`,
  "entries.kind": () => "tutorial",
  "entries.access": () => "public",
  "entries.listed": () => true,
  "entries.publishedAt": atOnce,
  "entries.announcedAt": atOnce,
  "entries.parentId": () => null,
  "entries.imageId": () => null,
  "profiles.portrait": () => null,
  "profiles.isPublic": () => true,
  "profiles.links": (_index, text) => [
    { label: text, url: text },
    { label: text, url: `https://example.org/${text}` },
  ],
  "stages.slug": (index) => `stage-${index}`,
  "users.timeZone": () => "UTC",
  "media.hash": hex,
  "media.color": () => "#abcdef",
  "media.format": () => "png",
  "media.width": () => 600,
  "media.height": () => 400,
  "sessions.tokenHash": hex,
  "sessions.expiresAt": () => new Date(Date.now() + 3_600_000),
  "passkeys.credentialId": hex,
  "error_groups.fingerprint": (index) => hex(index).slice(-16),
  "error_groups.context": (_index, text) => ({ method: "GET", route: text, url: text, agent: text }),
  "reconciliations.drift": (_index, text) => [{ object: text, field: text, ours: text, theirs: text, isMended: false }],
  "security_events.details": (_index, text) => ({ before: text, after: text, reason: text }),
  "security_events.kind": (index, text) => (index % 2 === 0 ? "banned" : text),
  "desk_events.details": (_index, text) =>
    Object.fromEntries("from to item words note reason due at until name".split(" ").map((key) => [key, text])),
  // In force, one of these would turn away the browser that looks.
  "blocks.expiresAt": () => new Date(0),
  "revisions.number": (index) => index + 10,
  "remarks.number": () => 1,
  "revisions.entryId": firstEntry,
  "remarks.entryId": firstEntry,
  "remarks.startsAt": () => 0,
  "remarks.endsAt": () => 5,
  "remarks.parentId": () => null,
  "remarks.state": (index) => (index % 2 === 0 ? "open" : "resolved"),
  "lint_findings.number": () => 1,
  "lint_findings.entryId": firstEntry,
  "desk_events.entryId": firstEntry,
  "preview_links.number": () => 1,
  "preview_links.entryId": firstEntry,
  "preview_links.tokenHash": hex,
  "manuscripts.publishedNumber": () => 1,
  "manuscripts.scheduledNumber": () => null,
  "mail_messages.headers": () => ({}),
  "mail_mailings.headers": () => ({}),
  "admin_changes.model": (index, text) => (index % 2 === 0 ? "topics" : text),
};

/** Rows after those that they lead to. */
function inOrder(all: readonly Model[]): Model[] {
  const ordered = new Set<Model>();
  const visit = (model: Model, above: readonly Model[]): void => {
    if (above.includes(model)) return;
    for (const { target } of model.columns.values()) {
      const other = target && all.find(({ table }) => table === target);
      if (other !== undefined) visit(other, [...above, model]);
    }
    ordered.add(model);
  };
  for (const table of [media, profiles, entries]) visitTable(table);
  for (const model of all) visit(model, []);
  return [...ordered];

  function visitTable(table: Model["table"]): void {
    const model = all.find((each) => each.table === table);
    if (model !== undefined) visit(model, []);
  }
}
