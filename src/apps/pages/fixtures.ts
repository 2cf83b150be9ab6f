import { saveEntry } from "#apps/catalog/saving.ts";
import { saveText } from "#apps/editorial/texts.ts";

/** A page of the small world. */
export async function addPages(): Promise<void> {
  const entry = await saveEntry({
    kind: "page",
    path: "/about/",
    title: "About this site",
    summary: "Who writes here, and why.",
    listed: false,
    publishedAt: new Date("2026-01-05T09:00:00Z"),
    updatedAt: new Date("2026-01-05T09:00:00Z"),
  });
  await saveText(entry, "We write about [Python](/tutorials/python/) for people who learn by doing.\n", "fixture");
}
