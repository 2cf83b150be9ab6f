import { sql } from "drizzle-orm";
import { wrongTries } from "#apps/accounts/limits.ts";
import { config } from "#config.ts";
import type { Check } from "#lib/app.ts";
import { db } from "#lib/db.ts";
import { store } from "#lib/limits/store.ts";
import { listRefusals, readTally } from "#lib/limits/tallies.ts";
import { isThisMachine } from "#lib/url.ts";

export const checks: readonly Check[] = [
  { name: "owner", run: sayWhoLacks },
  { name: "door", run: sayWhatIsTried },
  { name: "limits", run: sayWhoCountsAlone },
];

/** More wrong passwords and codes, or more refusals, in some minutes than readers make. */
const [manyWrong, manyRefused] = [200, 500];

async function sayWhatIsTried(): Promise<string | undefined> {
  const [wrong, refusals] = [await readTally(wrongTries), await listRefusals()];
  const refused = refusals.reduce((sum, { times }) => sum + times, 0);
  if (wrong < manyWrong && refused < manyRefused) return undefined;
  const most = refusals.toSorted((a, b) => b.times - a.times).slice(0, 3);
  const limits = most.map(({ name, times }) => `${name} ${times}`).join(", ");
  const named = limits === "" ? "" : ` (${limits})`;
  return `In the last minutes there were ${wrong} wrong passwords and codes, and ${refused} refusals${named}: see "Under attack" in docs/operating.md.`;
}

async function sayWhoCountsAlone(): Promise<string | undefined> {
  if (config.REDIS_URL === undefined) return undefined;
  try {
    await store.probe();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `Redis of REDIS_URL does not answer, so each process counts limits for itself: ${reason}`;
  }
}

// Whoever tries the site at home needs nobody to answer for it.
async function sayWhoLacks(): Promise<string | undefined> {
  if (isThisMachine(new URL(config.BASE_URL))) return undefined;
  const { rows } = await db.execute<{ owners: number; safe: number }>(sql`
    select count(*)::integer as owners, count(*) filter (where u.requires_second_factor
      or exists (select from passkeys k where k.user_id = u.id))::integer as safe
    from users u where u.banned_at is null and exists (
      select from user_roles r join role_permissions p using (role_id) where r.user_id = u.id and p.permission = '*')`);
  const [{ owners, safe } = { owners: 0, safe: 0 }] = rows;
  if (owners === 0) return "Nobody owns this site: ./manage user create ADDRESS --role owner.";
  if (safe > 0) return undefined;
  return "No owner has a second factor, so nobody may do what owners do: one of them must sign in and set one up.";
}
