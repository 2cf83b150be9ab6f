import { may, type Viewer } from "#lib/viewer.ts";

/** What somebody of the staff may be allowed, and what that means. Roles are made of these. */
export const permissions = {
  "admin.open": "Enter the admin, and see there what the rights to its tables allow.",
  "entries.publish": "Decide what is published, when, where, and for whom.",
  "desk.open": "See the desk: every draft, where it stands, and what is said of it.",
  "desk.write": "Begin texts, and change those that one writes or is assigned to.",
  "desk.review": "Comment, suggest and approve.",
  "desk.publish": "Change any text; publish, schedule and retire.",
  "entries.open": "Read every entry, whoever it is for.",
  "media.manage": "Add, describe and remove pictures.",
  "searches.view": "See what readers search for and do not find.",
  "operations.view": "See uptime, tasks, errors, mail, backups and settings.",
  "operations.manage": "Retry and cancel tasks, settle errors, decide about mail, and make backups.",
  "backups.download": "Take a backup away: it holds everything, personal data and hashes of passwords too.",
  "people.view": "Find people and see their accounts.",
  "people.impersonate": "Act in a reader's place to help, with a reason that is kept.",
  "people.ban": "Ban people, lift bans and end sessions.",
  "people.merge": "Merge two accounts of one person.",
  "roles.manage": "Make roles and give them to people.",
  "audit.view": "See what happened to accounts.",
  "members.view": "See what people may open and why, what they bought, and what came from payment providers.",
  "members.manage": "Give memberships, and change plans, prices, coupons and products.",
  "payments.manage": "Refund, cancel for somebody, replay events and compare with the provider.",
  "numbers.view": "See the numbers of the business.",
  "blocks.manage": "Turn away addresses, networks, countries and programs.",
} as const;
export type NamedPermission = keyof typeof permissions;

/** What somebody may do with the rows of a table in the admin, or of all of them; `own`: with their own rows only. */
export type TablePermission = `admin.${string}.${TableDeed}${"" | ".own"}`;
type TableDeed = "view" | "add" | "change" | "delete";

export type Permission = NamedPermission | TablePermission;

export const permissionNames = Object.keys(permissions).filter(isNamed);

export function isPermission(name: string): name is Permission {
  return isNamed(name) || /^admin\.(\*|[a-z_]+)\.(view|add|change|delete)(\.own)?$/.test(name);
}

/** Whether somebody may all that a permission allows: the same with all tables, or with all rows, is more. */
export function mayAllOf(viewer: Viewer, name: string): boolean {
  const [, table = "", deed = "", own] = /^admin\.(\*|[a-z_]+)\.([a-z]+)(\.own)?$/.exec(name) ?? [];
  const wider = table === "" ? [] : [`admin.*.${deed}`, `admin.${table}.${deed}`];
  if (own !== undefined) wider.push(`admin.*.${deed}.own`);
  return [name, ...wider].some((each) => may(viewer, each));
}

/** What permissions mean, a sentence each; those to tables of the admin in one a table. */
export function explain(names: readonly string[]): string[] {
  const sentences: string[] = names.filter(isNamed).map((name) => permissions[name]);
  const byTable = new Map<string, string[]>();
  for (const name of names) {
    const [, table = "", deed = "", own] = /^admin\.(\*|[a-z_]+)\.([a-z]+)(\.own)?$/.exec(name) ?? [];
    if (table === "") continue;
    byTable.set(table, [...(byTable.get(table) ?? []), own === undefined ? deed : `${deed} one's own`]);
  }
  for (const [table, deeds] of byTable) {
    const what = table === "*" ? "Every table of the admin" : `In the admin, ${table.replaceAll("_", " ")}`;
    sentences.push(`${what}: ${deeds.join(", ")}.`);
  }
  return sentences;
}

function isNamed(name: string): name is NamedPermission {
  return Object.hasOwn(permissions, name);
}
