import type { Article } from "#apps/catalog/articles.ts";
import { cardOf } from "#apps/catalog/cards.ts";
import type { EntryCard } from "#apps/catalog/entries.ts";
import { entryHead } from "#apps/catalog/head.ts";
import { EntryGate, entryPageOf } from "#apps/catalog/parts.tsx";
import { entryActionsOf } from "#apps/progress/parts.tsx";
import type { Ways } from "#apps/members/gate.ts";
import type { ReadingState } from "#apps/progress/readings.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { ArticlePage } from "#ui/article.tsx";
import { Card } from "#ui/card.tsx";
import { Layout } from "#ui/layout.tsx";
import { urls } from "#urls.ts";

const breadcrumbs = [{ name: "Tutorials", href: urls.tutorials() }];

interface SeriesPageProps {
  article: Article;
  /** How the reader comes to read on, of what is for members. */
  ways: Ways | undefined;
  parts: readonly EntryCard[];
  /** Where the reader stands; undefined for one who is not signed in. */
  reading: ReadingState | undefined;
}

/** What a series is about, and its parts in their order. */
export function SeriesPage({ article, ways, parts, reading }: SeriesPageProps): Html {
  return (
    <Layout section="tutorials" {...entryHead(article, "LearningResource", breadcrumbs)}>
      <ArticlePage
        {...entryPageOf(article)}
        {...entryActionsOf(article, (part) => part(reading))}
        breadcrumbs={breadcrumbs}
        gate={
          <>
            <EntryGate article={article} ways={ways} />
            <Parts parts={parts} />
          </>
        }
      />
    </Layout>
  );
}

function Parts({ parts }: { parts: readonly EntryCard[] }): Html {
  return (
    <section class="section">
      <div class="section-head">
        <h2>{parts.length === 1 ? "1 part" : `${parts.length} parts`}</h2>
      </div>
      <ol class="parts">
        {parts.map((part) => (
          <li>
            <Card entry={cardOf(part)} heading={3} plain />
          </li>
        ))}
      </ol>
    </section>
  );
}
