import { and, desc, sql } from "drizzle-orm";
import { isPublished } from "#apps/catalog/entries.ts";
import { entries } from "#apps/catalog/schema.ts";
import { canOpen } from "#apps/members/members.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { anonymous } from "#lib/viewer.ts";
import { absolute } from "#ui/head.tsx";
import { markdownOf, urls } from "#urls.ts";

/** How many entries are listed: beyond that, a search serves a language model better than a list. */
const listed = 1000;

/** What a language model needs to find its way: https://llmstxt.org/. Public texts are linked as Markdown. */
export async function llms(): Promise<string> {
  const rows = await db
    .select({
      kind: entries.kind,
      path: entries.path,
      title: entries.title,
      summary: entries.summary,
      access: entries.access,
    })
    .from(entries)
    .where(and(isPublished))
    .orderBy(sql`${entries.kind} = 'tutorial' desc`, entries.kind, desc(entries.publishedAt), desc(entries.id))
    .limit(listed);
  const kinds = Map.groupBy(rows, (row) => row.kind);
  const parts = [...kinds].map(([kind, group]) => {
    const lines = group.map((row) => {
      const address = canOpen(anonymous, row) ? markdownOf(row.path) : row.path;
      const note = row.summary === "" ? "" : `: ${oneLine(row.summary)}`;
      return `- [${oneLine(row.title).replace(/[[\]]/g, "\\$&")}](${absolute(address)})${note}`;
    });
    return `## ${headings[kind] ?? kind}\n\n${lines.join("\n")}\n`;
  });
  const search = absolute(urls.searchApi({}, { q: "" }));
  const intro = `# ${config.SITE_NAME}\n\n> ${config.SITE_TAGLINE}\n\nSearch as JSON: ${search}?q=WORDS\n`;
  return [intro, ...parts].join("\n");
}

const headings: Readonly<Record<string, string>> = { tutorial: "Tutorials", series: "Series", page: "Optional" };

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
