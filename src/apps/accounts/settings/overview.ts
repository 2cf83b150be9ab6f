import { db } from "#lib/db.ts";

/** How an account stands, in numbers. */
export interface Summary {
  passkeys: number;
  identities: number;
  sessions: number;
  recoveryCodes: number;
}

export async function summarize(userId: number): Promise<Summary> {
  const { rows } = await db.$client.query<Summary>(
    `select
      (select count(*)::int from passkeys where user_id = $1) as passkeys,
      (select count(*)::int from identities where user_id = $1) as identities,
      (select count(*)::int from sessions where user_id = $1 and expires_at > now()) as sessions,
      (select count(*)::int from recovery_codes where user_id = $1 and used_at is null) as "recoveryCodes"`,
    [userId],
  );
  return rows[0] ?? { passkeys: 0, identities: 0, sessions: 0, recoveryCodes: 0 };
}
