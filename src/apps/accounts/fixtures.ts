import { db } from "#lib/db.ts";
import { profiles } from "./schema.ts";

/** `ada` writes; `otto` is staff and reviews what she wrote. */
export async function addPeople(): Promise<void> {
  await db.insert(profiles).values([
    {
      slug: "ada",
      name: "Ada Lindqvist",
      headline: "Teaches Python to people who were told they could not",
      bio: "Ada has taught programming for twelve years, mostly in evening classes.\n\nShe collects slide rules.",
      links: [
        { label: "Website", url: "https://ada.example.org/" },
        { label: "Not a website", url: "javascript:alert(1)" },
      ],
    },
    { slug: "otto", name: "Otto Brandt", headline: "Reads every line twice" },
  ]);
}
