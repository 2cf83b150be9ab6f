import { markdownOf, urls } from "#urls.ts";
import type { HeadProps } from "#ui/head.tsx";
import type { Article } from "./articles.ts";
import { articleData, breadcrumbData } from "./structured-data.ts";

/** What the head of an entry's page says, from what everybody may know of it. */
export function entryHead(article: Article, type: string, breadcrumbs: readonly { name: string; href: string }[]) {
  const image = previewOf(article);
  return {
    title: article.title,
    description: article.summary || undefined,
    canonical: article.path,
    image: { url: image, alt: article.title, width: 1200, height: 630 },
    article: {
      publishedAt: article.publishedAt,
      updatedAt: article.updatedAt,
      authors: article.team.filter((credit) => credit.role === "author").map((credit) => credit.name),
      topics: article.topics.map((topic) => topic.name),
    },
    // Whoever may not open the page is not led to its text either.
    alternateMd: article.isOpen ? markdownOf(article.path) : undefined,
    jsonLd: [
      articleData(article, { type, image }),
      ...(breadcrumbs.length === 0 ? [] : [breadcrumbData(breadcrumbs, article.title)]),
    ],
    scripts: ["article.js"],
  } satisfies HeadProps;
}

/** The generated picture by which other sites show an entry. */
export function previewOf(entry: { id: number }): string {
  return urls.preview({ file: `${entry.id}.png` });
}
