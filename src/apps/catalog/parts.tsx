import { pictureOf } from "#apps/media/media.ts";
import { currentViewer } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { apart, hole } from "#lib/pieces.ts";
import type { ArticlePageProps } from "#ui/article.tsx";
import { Gate, type TeamMember } from "#ui/entry-parts.tsx";
import { absolute } from "#ui/head.tsx";
import type { Person } from "#ui/portrait.tsx";
import { urls } from "#urls.ts";
import { teaserEnd, type Article, type Credit } from "./articles.ts";

/** Where the teaser of an entry ends for a reader who may not open it, and the ways on; nothing for one who may. */
export function EntryGate({ article }: { article: Article }): Html | null {
  const { isOpen, access } = article;
  return isOpen || access === "public" ? null : <>{hole(() => gateOf(article, access))}</>;
}

function gateOf({ kind, path }: Article, access: "registered" | "members"): Html {
  // Whoever comes back may open it, and goes on where they stopped.
  const next = `${path}#${teaserEnd}`;
  return (
    <Gate kind={kind} access={access}>
      {access === "registered" ? (
        <p class="gate-ways">
          <a class="button primary" href={urls.register({}, { next })} rel="nofollow">
            Create a free account
          </a>
          <a class="button" href={urls.signIn({}, { next })} rel="nofollow">
            Sign in
          </a>
        </p>
      ) : currentViewer().id === null ? (
        <p>
          Already a member?{" "}
          <a href={urls.signIn({}, { next })} rel="nofollow">
            Sign in
          </a>
        </p>
      ) : null}
    </Gate>
  );
}

/** What the page of every entry with a text shows of it. */
export function entryPageOf(article: Article) {
  return {
    title: article.title,
    summary: opensWithSummary(article) ? "" : article.summary,
    body: apart(article.html),
    headings: article.headings,
    topics: article.topics,
    image: article.image && pictureOf(article.image),
    team: teamOf(article),
    url: absolute(article.path),
    authors: article.team.filter((credit) => credit.role === "author").map(personOf),
    publishedAt: article.publishedAt,
    updatedAt: article.updatedAt,
    readingMinutes: article.readingMinutes,
    level: article.level,
  } satisfies Partial<ArticlePageProps>;
}

// A summary that was taken from the text would be read twice. Quotes and signs are written otherwise in HTML, so only
// letters and digits are compared.
function opensWithSummary({ summary, html }: Article): boolean {
  const opening = html.slice(0, 2 * summary.length + 400).replace(/<[^>]*>|&[a-z]+;/g, "");
  return summary !== "" && letters(opening).startsWith(letters(summary));
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Everybody who worked on an entry, each once, with all that they did. */
function teamOf(article: Article): TeamMember[] {
  const people = new Map(article.team.map((credit) => [credit.slug, credit]));
  return [...people.values()].map((person) => ({
    ...personOf(person),
    role: sentence(article.team.filter((credit) => credit.slug === person.slug).map((credit) => credit.role)),
  }));
}

function personOf({ slug, name, portrait }: Credit): Person {
  return { name, href: urls.person({ slug }), portrait: portrait ? pictureOf(portrait) : undefined };
}

function sentence(roles: readonly string[]): string {
  const words = roles.join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
