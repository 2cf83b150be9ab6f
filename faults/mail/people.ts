import { suppressions } from "#apps/mail/schema.ts";
import { db } from "#lib/db.ts";

/** The recipients of a mailing of this name: of ten one is suppressed, and one is there twice. */
export function people(name: string, count: number): { address: string }[] {
  const slug = name.replaceAll(/\W+/g, "-");
  const addresses = Array.from({ length: count }, (_, n) => `${slug}.${n}@example.org`);
  return [...addresses, ...addresses.filter((_, n) => n % 10 === 5).map((address) => address.toUpperCase())].map(
    (address) => ({ address }),
  );
}

/** Suppresses those of them who are. */
export async function suppressSome(name: string, count: number): Promise<void> {
  const rows = people(name, count)
    .filter((_, n) => n < count && n % 10 === 0)
    .map(({ address }) => ({ address, reason: "by hand" as const, since: new Date() }));
  await db.insert(suppressions).values(rows);
}
