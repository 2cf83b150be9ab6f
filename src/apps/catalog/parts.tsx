import { pictureOf } from "#apps/media/media.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Gate, type BylineProps, type TeamMember } from "#ui/entry-parts.tsx";
import type { Person } from "#ui/portrait.tsx";
import { urls } from "#urls.ts";
import type { Article, Credit } from "./articles.ts";

/** Where the teaser of an entry ends for a reader who may not open it; nothing for one who may. */
export function EntryGate({ article }: { article: Article }): Html | null {
  if (article.isOpen || article.access === "public") return null;
  return <Gate kind={article.kind} access={article.access} />;
}

/** The facts under the title of an entry. */
export function bylineOf(article: Article): BylineProps {
  return {
    authors: article.team.filter((credit) => credit.role === "author").map(personOf),
    publishedAt: article.publishedAt,
    updatedAt: article.updatedAt,
    readingMinutes: article.readingMinutes,
    level: article.level,
  };
}

/** Everybody who worked on an entry, each once, with all that they did. */
export function teamOf(article: Article): TeamMember[] {
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
