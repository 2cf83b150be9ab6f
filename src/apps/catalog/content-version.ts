import { sql } from "drizzle-orm";
import { afterCommit, db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { plans, prices, products } from "#apps/members/schema.ts";
import { onOffer } from "#ui/on-offer.ts";
import { contentVersion, entries } from "./schema.ts";

/** How often a process asks whether the public content has changed, in milliseconds. */
const pollInterval = 500;

const offered = sql`p.is_offered and ${prices}.is_offered`;

let current = "";
let changes = 0;

/** What the page cache compares: another value means that its pages are old. */
export function getContentVersion(): string {
  return current;
}

/** Says, within the caller's transaction, that something public changed: every process drops its old pages, this one at once. */
export async function touchContent(): Promise<void> {
  await db
    .insert(contentVersion)
    .values({ id: 1 })
    .onConflictDoUpdate({ target: contentVersion.id, set: { version: sql`${contentVersion.version} + 1` } });
  // Whoever has changed a page looks at it next.
  afterCommit(() => (current = `changed here, ${++changes}`));
}

/**
 * Asks for the version now. What is scheduled becomes public by the clock alone, so the newest publishing time that has
 * passed is part of it; so is what is for sale, to which every page leads.
 */
export async function readContentVersion(): Promise<string> {
  const [row] = await db
    .select({
      version: sql<string>`coalesce(max(${contentVersion.version}), 0)::text`,
      newest: sql<string>`coalesce((select max(published_at) from ${entries} where published_at <= now())::text, '')`,
      membership: sql<boolean>`exists(select from ${plans} p join ${prices} on plan_id = p.id where ${offered})`,
      store: sql<boolean>`exists(select from ${products} p join ${prices} on product_id = p.id where ${offered})`,
    })
    .from(contentVersion);
  onOffer.membership = row?.membership === true;
  onOffer.store = row?.store === true;
  current = `${row?.version} ${row?.newest} ${row?.membership} ${row?.store}`;
  return current;
}

/** Keeps the version current until it is stopped. While the database does not answer, the old pages stay. */
export function watchContentVersion(): () => void {
  let stopped = false;
  let failing = false;
  const poll = async (): Promise<void> => {
    try {
      await readContentVersion();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, "cannot read the content version: cached pages stay as they are");
      failing = true;
    }
    if (!stopped) timer = setTimeout(poll, pollInterval).unref();
  };
  let timer = setTimeout(poll, pollInterval).unref();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
