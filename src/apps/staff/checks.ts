import { sql } from "drizzle-orm";
import { config } from "#config.ts";
import type { Check } from "#lib/app.ts";
import { db } from "#lib/db.ts";
import { isThisMachine } from "#lib/url.ts";

export const checks: readonly Check[] = [{ name: "owner", run: sayWhoLacks }];

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
