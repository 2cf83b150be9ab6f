import { creditRoles, levels, type CreditRole, type Level } from "#apps/catalog/schema.ts";
import { accesses, type Access } from "#apps/members/members.ts";
import { typeset } from "#lib/markdown/typography.ts";

/** What a file says of itself, or the mapping of it. */
export interface Fields {
  title?: string;
  slug?: string;
  kind?: "tutorial" | "page" | "series";
  summary?: string;
  level?: Level;
  access?: Access;
  topics?: string[];
  team?: { role: CreditRole; name: string }[];
  series?: string;
  position?: number;
  image?: string;
  /** What a crop of the picture keeps, in percent from the left and from the top. */
  focus?: { x: number; y: number };
  publishedAt?: Date;
  updatedAt?: Date;
  expiresAt?: Date;
  draft?: boolean;
  listed?: boolean;
  /** Addresses at which the text was before. */
  aliases?: string[];
  /** The address that it had on a site which is made from the folder. */
  permalink?: string;
}

export interface Read {
  fields: Fields;
  /** Keys that mean nothing to us. */
  unknown: string[];
  /** Values that cannot be used, though the rest can. */
  notes: { key: string; sentence: string }[];
  /** Values that must be mended first. */
  refused: { key: string; reason: string }[];
}

const names: Record<string, readonly string[]> = {
  title: ["title"],
  slug: ["slug"],
  kind: ["kind"],
  summary: ["summary", "description", "excerpt", "abstract"],
  level: ["level", "difficulty"],
  access: ["access"],
  topics: ["topics", "topic", "tags", "tag", "categories", "category"],
  authors: ["authors", "author"],
  team: ["team"],
  series: ["series"],
  position: ["position", "order", "weight", "nav_order"],
  image: ["image", "hero", "cover"],
  focus: ["focus"],
  date: ["date", "published", "publishedAt", "published_at", "pubDate"],
  updated: ["updated", "lastmod", "updatedAt", "updated_at", "last_modified_at", "modified"],
  expires: ["expires", "expiryDate", "expiry_date", "expire_at"],
  draft: ["draft"],
  listed: ["listed"],
  aliases: ["aliases", "alias", "redirect_from", "oldAddresses", "old_addresses"],
  permalink: ["permalink", "url"],
  ignored: ["layout", "imageAlt", "image_alt", "heroAlt", "hero_alt", "coverAlt", "cover_alt"],
};
const meaning = new Map(Object.entries(names).flatMap(([name, keys]) => keys.map((key) => [key, name] as const)));

const levelNames: Record<string, Level> = {
  beginner: "basics",
  basic: "basics",
  easy: "basics",
  novice: "basics",
  introductory: "basics",
  medium: "intermediate",
  hard: "advanced",
  expert: "advanced",
};

/** Reads values by the names that different tools give them. `rename` says what a folder calls otherwise. */
export function readFields(values: Iterable<[string, unknown]>, rename: Readonly<Record<string, string>> = {}): Read {
  const read: Read = { fields: {}, unknown: [], notes: [], refused: [] };
  for (const [key, value] of values) {
    const name = meaning.get(rename[key] ?? key);
    if (name === undefined) read.unknown.push(key);
    else if (value !== undefined && value !== null && value !== "") readers[name]?.(value, key, read);
  }
  return read;
}

type Reader = (value: unknown, key: string, read: Read) => void;

const readers: Record<string, Reader> = {
  title: text((fields, value) => (fields.title = typeset(value))),
  slug: text((fields, value) => (fields.slug = value)),
  summary: text((fields, value) => (fields.summary = typeset(value.replace(/\s+/g, " ")))),
  series: text((fields, value) => (fields.series = value)),
  kind: oneOf(["tutorial", "page", "series"] as const, (fields, value) => (fields.kind = value)),
  access: oneOf(accesses, (fields, value) => (fields.access = value)),
  draft: flag((fields, value) => (fields.draft = value)),
  listed: flag((fields, value) => (fields.listed = value)),
  updated: date((fields, value) => (fields.updatedAt = value)),
  expires: date((fields, value) => (fields.expiresAt = value)),
  level(value, key, read) {
    const wanted = String(value).toLowerCase();
    const level = levels.find((candidate) => candidate === wanted) ?? levelNames[wanted];
    if (level === undefined) read.notes.push({ key, sentence: `${key} is ${show(value)}, not ${levels.join(", ")}` });
    else read.fields.level = level;
  },
  topics(value, _key, { fields }) {
    fields.topics = [...(fields.topics ?? []), ...texts(value)];
  },
  authors(value, _key, { fields }) {
    fields.team = [...(fields.team ?? []), ...people(value).map((name) => ({ role: "author" as const, name }))];
  },
  team(value, key, read) {
    if (typeof value !== "object" || value === null) {
      read.refused.push({ key, reason: `${key} must name people by role.` });
      return;
    }
    for (const [written, who] of Object.entries(value)) {
      const role = creditRoles.find((candidate) => candidate === written.toLowerCase().replace(/[-_]/g, " "));
      if (role === undefined)
        read.notes.push({ key, sentence: `"${written}" is no role, which are ${creditRoles.join(", ")}` });
      else read.fields.team = [...(read.fields.team ?? []), ...people(who).map((name) => ({ role, name }))];
    }
  },
  position(value, key, read) {
    const position = Number(value);
    if (Number.isInteger(position) && Math.abs(position) < 1e9) read.fields.position = position;
    else read.notes.push({ key, sentence: `${key} is ${show(value)}, not a whole number` });
  },
  image(value, _key, { fields }) {
    const source = typeof value === "object" && value !== null ? inner(value, ["src", "image", "path", "url"]) : value;
    if (typeof source === "string") fields.image = source;
  },
  focus(value, key, read) {
    const [, x, y] = /^(\d{1,2}|100)% (\d{1,2}|100)%$/.exec(String(value)) ?? [];
    if (x !== undefined && y !== undefined) read.fields.focus = { x: Number(x), y: Number(y) };
    else read.refused.push({ key, reason: `${key} must be two percentages such as "50% 20%", not ${show(value)}.` });
  },
  date(value, key, read) {
    // Jekyll says `published: false` of a draft.
    if (typeof value === "boolean") read.fields.draft = !value;
    else date((fields, when) => (fields.publishedAt = when))(value, key, read);
  },
  aliases(value, _key, { fields }) {
    fields.aliases = [...(fields.aliases ?? []), ...texts(value)];
  },
  permalink(value, _key, { fields }) {
    // With placeholders it is a rule of its site, not an address.
    if (typeof value === "string" && /[./]/.test(value) && !/(^|\/):/.test(value)) fields.permalink = value;
  },
};

function text(set: (fields: Fields, value: string) => void): Reader {
  return (value, key, read) => {
    if (typeof value === "string" || typeof value === "number") set(read.fields, String(value).trim());
    else read.refused.push({ key, reason: `${key} must be text, not ${show(value)}.` });
  };
}

function oneOf<T extends string>(choices: readonly T[], set: (fields: Fields, value: T) => void): Reader {
  return (value, key, read) => {
    const choice = choices.find((candidate) => candidate === value);
    if (choice !== undefined) set(read.fields, choice);
    else read.refused.push({ key, reason: `${key} must be ${choices.join(" or ")}, not ${show(value)}.` });
  };
}

function flag(set: (fields: Fields, value: boolean) => void): Reader {
  return (value, key, read) => {
    const is = value === true || value === "true" || value === "yes";
    if (is || value === false || value === "false" || value === "no") set(read.fields, is);
    else read.refused.push({ key, reason: `${key} must be true or false, not ${show(value)}.` });
  };
}

function date(set: (fields: Fields, value: Date) => void): Reader {
  return (value, key, read) => {
    const when = readDate(value);
    if (when !== undefined) set(read.fields, when);
    else read.refused.push({ key, reason: `${key} must be a date such as 2024-05-31, not ${show(value)}.` });
  };
}

/** A date of the calendar, with or without a time; without a zone it is UTC. */
export function readDate(value: unknown): Date | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|[+-]\d{2}:?\d{2})?(?: \w+)?)?$/i.exec(
      typeof value === "string" ? value.trim() : "",
    );
  if (match === null) return undefined;
  const [, year, month, day, time = "00:00", zone = "Z"] = match;
  const whole = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // JavaScript would take 31 June for 1 July.
  if (Number.isNaN(whole.getTime()) || whole.getUTCDate() !== Number(day)) return undefined;
  const when = new Date(`${year}-${month}-${day}T${time}${zone.toUpperCase().replace(/(\d{2})(\d{2})$/, "$1:$2")}`);
  return Number.isNaN(when.getTime()) ? undefined : when;
}

/** A list, or text with commas between. */
function texts(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : typeof value === "string" ? value.split(",") : [value];
  return items
    .filter((item) => typeof item === "string" || typeof item === "number")
    .map(plain)
    .filter(Boolean);
}

/** Text of one line: the escapes of YAML and JSON can write characters that no title has. */
function plain(value: string | number): string {
  return String(value)
    .replace(/\p{Cc}+/gu, " ")
    .trim();
}

function people(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) =>
    typeof item === "object" && item !== null ? texts(inner(item, ["name", "slug"])) : texts(item),
  );
}

function inner(value: object, keys: readonly string[]): unknown {
  const key = keys.find((candidate) => Object.hasOwn(value, candidate));
  const found: unknown = key === undefined ? undefined : Reflect.get(value, key);
  return found;
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 60) ?? "nothing";
}
