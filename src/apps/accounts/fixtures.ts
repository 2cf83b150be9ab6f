import { inArray } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { profiles, roles, userRoles, users } from "./schema.ts";

/** With which everybody in the small world signs in. */
export const password = "a quiet reading room";
const passwordHash =
  "$argon2id$v=19$m=19456,t=2,p=1$qoOfxecWDpJsHQY0qiaumg$fROY7hu6sukmB/Bn07B60JzDJXxuQfxjM4r0BD9l2Rs";

/** The people of the small world, in the order of their ids. */
export const people = ["sam", "maya", "ada", "otto", "tess"] as const;

/** `sam` reads for free, `maya` is a member, `ada` writes, `otto` owns the site and reviews, `tess` owns a team. */
export async function addPeople(): Promise<void> {
  const names = {
    sam: "Sam Okafor",
    maya: "Maya Ruiz",
    ada: "Ada Lindqvist",
    otto: "Otto Brandt",
    tess: "Tess Molina",
  };
  const added = await db
    .insert(users)
    .values(people.map((name) => ({ address: `${name}@example.org`, name: names[name], passwordHash })))
    .returning({ id: users.id, address: users.address });
  const idOf = (name: string): number => added.find(({ address }) => address.startsWith(`${name}@`))?.id ?? 0;
  await db.insert(profiles).values([
    {
      slug: "ada",
      name: names.ada,
      userId: idOf("ada"),
      headline: "Teaches Python to people who were told they could not",
      bio: "Ada has taught programming for twelve years, mostly in evening classes.\n\nShe collects slide rules.",
      links: [
        { label: "Website", url: "https://ada.example.org/" },
        { label: "Not a website", url: "javascript:alert(1)" },
      ],
    },
    { slug: "otto", name: names.otto, userId: idOf("otto"), headline: "Reads every line twice" },
  ]);
  const found = await db
    .select()
    .from(roles)
    .where(inArray(roles.name, ["owner", "author"]));
  await db
    .insert(userRoles)
    .values(found.map(({ id, name }) => ({ roleId: id, userId: idOf(name === "owner" ? "otto" : "ada") })));
}
