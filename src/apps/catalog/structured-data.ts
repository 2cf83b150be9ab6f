import { config } from "#config.ts";
import { absolute } from "#ui/head.tsx";
import { urls } from "#urls.ts";
import type { Article, Credit } from "./articles.ts";
import type { Person } from "#apps/accounts/profiles.ts";

// The vocabulary of https://schema.org, as search engines read it; of guarded text as described at
// https://developers.google.com/search/docs/appearance/structured-data/paywalled-content.
const context = "https://schema.org";

/** An article for search engines: `image` is a path on this site. */
export function articleData(article: Article, { type, image }: { type: string; image: string }): object {
  const isFree = article.access === "public";
  return {
    "@context": context,
    "@type": type,
    headline: article.title,
    description: article.summary || undefined,
    url: absolute(article.path),
    mainEntityOfPage: absolute(article.path),
    image: absolute(image),
    inLanguage: config.SITE_LANGUAGE,
    datePublished: article.publishedAt?.toISOString(),
    dateModified: article.updatedAt.toISOString(),
    author: credited(article.team, "author"),
    editor: credited(article.team, "editor"),
    publisher: { "@type": "Organization", name: config.SITE_NAME, url: absolute(urls.home()) },
    keywords: article.topics.map((topic) => topic.name),
    educationalLevel: article.level ?? undefined,
    timeRequired: article.readingMinutes > 0 ? `PT${article.readingMinutes}M` : undefined,
    isAccessibleForFree: isFree,
    hasPart: isFree
      ? undefined
      : { "@type": "WebPageElement", isAccessibleForFree: false, cssSelector: article.isOpen ? ".prose" : ".gate" },
  };
}

/** Where a page stands; the links are those above it, from the outside in. */
export function breadcrumbData(links: readonly { name: string; href: string }[], page: string): object {
  return {
    "@context": context,
    "@type": "BreadcrumbList",
    itemListElement: [...links.map(({ name, href }) => ({ name, item: absolute(href) })), { name: page }].map(
      (item, index) => ({ "@type": "ListItem", position: index + 1, ...item }),
    ),
  };
}

/** Somebody's profile page; `links` are the addresses of the same person elsewhere. */
export function profileData(person: Person, links: readonly string[]): object {
  return {
    "@context": context,
    "@type": "ProfilePage",
    mainEntity: {
      "@type": "Person",
      name: person.name,
      description: person.headline || undefined,
      url: absolute(urls.person({ slug: person.slug })),
      sameAs: links,
    },
  };
}

function credited(team: readonly Credit[], role: Credit["role"]): object[] | undefined {
  const people = team.filter((credit) => credit.role === role);
  if (people.length === 0) return undefined;
  return people.map(({ name, slug }) => ({ "@type": "Person", name, url: absolute(urls.person({ slug })) }));
}
