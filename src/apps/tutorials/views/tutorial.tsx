import type { Article } from "#apps/catalog/articles.ts";
import { cardOf } from "#apps/catalog/cards.ts";
import { entryHead } from "#apps/catalog/head.ts";
import { EntryGate, entryPageOf } from "#apps/catalog/parts.tsx";
import { entryActionsOf, type ByReading } from "#apps/progress/parts.tsx";
import type { Ways } from "#apps/members/gate.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { ArticlePage } from "#ui/article.tsx";
import { Layout } from "#ui/layout.tsx";
import { urls } from "#urls.ts";

interface TutorialPageProps {
  article: Article;
  /** How the reader comes to read on, of what is for members. */
  ways: Ways | undefined;
  byReading: ByReading;
}

/** A tutorial as this reader may see it, and what to read next. */
export function TutorialPage({ article, ways, byReading }: TutorialPageProps): Html {
  const breadcrumbs = breadcrumbsOf(article);
  return (
    <Layout section="tutorials" {...entryHead(article, "TechArticle", breadcrumbs)}>
      <ArticlePage
        {...entryPageOf(article)}
        {...entryActionsOf(article, byReading)}
        breadcrumbs={breadcrumbs}
        previous={article.series?.previous ?? null}
        next={article.series?.next ?? null}
        related={article.related.map(cardOf)}
        gate={<EntryGate article={article} ways={ways} />}
      />
    </Layout>
  );
}

function breadcrumbsOf({ series, topics: [topic] }: Article): { name: string; href: string }[] {
  const links = [{ name: "Tutorials", href: urls.tutorials() }];
  if (series) {
    links.push({ name: `${series.title} (part ${series.part} of ${series.parts})`, href: series.path });
  } else if (topic) {
    links.push({ name: topic.name, href: urls.topic({ topic: topic.slug }) });
  }
  return links;
}
