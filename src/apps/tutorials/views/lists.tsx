import { cardOf } from "#apps/catalog/cards.ts";
import type { TopicLink } from "#apps/catalog/entries.ts";
import type { CardPage } from "#apps/catalog/lists.ts";
import type { Level, Topic } from "#apps/catalog/schema.ts";
import { breadcrumbData } from "#apps/catalog/structured-data.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { CardList } from "#ui/card.tsx";
import { Layout, type LayoutProps } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { Breadcrumbs, Pagination, TopicChips } from "#ui/navigation.tsx";
import { urls } from "#urls.ts";
import { LevelLinks, levelWords } from "../parts.tsx";

/** How many topics stand above the list; the rest are a page away. */
const shownTopics = 16;

export function AllTutorialsPage({ list, topics }: { list: CardPage; topics: readonly CountedTopic[] }): Html {
  const largest = topics.toSorted((one, other) => other.entries - one.entries).slice(0, shownTopics);
  return (
    <ListPage
      title="Tutorials"
      lede={list.total === 0 ? "" : `${counted(list.total)}, the newest first.`}
      list={list}
      hrefOf={(page) => urls.tutorials({}, { page })}
    >
      <LevelLinks />
      <TopicChips topics={largest} />
      {topics.length > largest.length ? (
        <p class="more">
          <a href={urls.topics()}>All {topics.length} topics</a>
        </p>
      ) : null}
    </ListPage>
  );
}

type CountedTopic = TopicLink & { entries: number };

export function TopicPage({ topic, level, list }: { topic: Topic; level: Level | undefined; list: CardPage }): Html {
  const { slug, name } = topic;
  const feeds = [
    { title: `${name}: Atom`, href: urls.topicFeed({ topic: slug, format: "atom.xml" }), type: "application/atom+xml" },
  ];
  return (
    <ListPage
      title={level ? `${name}: ${level}` : name}
      lede={topic.summary || `${counted(list.total)} on ${name}.`}
      // The shorter lists by level say nothing that the whole one does not.
      canonical={level && urls.topic({ topic: slug })}
      feeds={feeds}
      crumbs={[tutorials, { name: "Topics", href: urls.topics() }]}
      list={list}
      hrefOf={(page) => urls.topic({ topic: slug }, { level, page })}
    >
      <LevelLinks current={level} hrefOf={(other) => urls.topic({ topic: slug }, { level: other })} />
    </ListPage>
  );
}

export function LevelPage({ level, list }: { level: Level; list: CardPage }): Html {
  return (
    <ListPage
      title={level.charAt(0).toUpperCase() + level.slice(1)}
      lede={levelWords[level]}
      crumbs={[tutorials]}
      list={list}
      hrefOf={(page) => urls.level({ level }, { page })}
    >
      <LevelLinks current={level} />
    </ListPage>
  );
}

const tutorials = { name: "Tutorials", href: urls.tutorials() };

interface ListPageProps extends Pick<LayoutProps, "feeds" | "canonical"> {
  title: string;
  lede: string;
  crumbs?: readonly { name: string; href: string }[];
  list: CardPage;
  /** The address of another page of the list, without a number that of the first. */
  hrefOf: (page?: number) => string;
  children: Child;
}

function ListPage({ title, lede, crumbs = [], list, hrefOf, children, ...head }: ListPageProps): Html {
  const { page, pages } = list;
  const linkTo = (number: number): string => hrefOf(number === 1 ? undefined : number);
  return (
    <Layout
      section="tutorials"
      title={page === 1 ? title : `${title}, page ${page}`}
      description={lede || undefined}
      canonical={head.canonical ?? linkTo(page)}
      feeds={head.feeds}
      previous={page > 1 ? linkTo(page - 1) : undefined}
      next={page < pages ? linkTo(page + 1) : undefined}
      jsonLd={crumbs.length > 0 ? [breadcrumbData(crumbs, title)] : undefined}
    >
      <header class="intro">
        {crumbs.length > 0 ? <Breadcrumbs links={crumbs} /> : null}
        <h1>{title}</h1>
        {lede ? <p>{lede}</p> : null}
        {children}
      </header>
      {list.total === 0 ? (
        <NothingYet isPart={crumbs.length > 0} />
      ) : (
        <CardList entries={list.cards.map(cardOf)} layout="rows" />
      )}
      <Pagination page={page} pages={pages} hrefOf={linkTo} />
    </Layout>
  );
}

function NothingYet({ isPart }: { isPart: boolean }): Html {
  return (
    <EmptyState title="Nothing here yet">
      <p>
        Tutorials appear here when they are published.{" "}
        {isPart ? <a href={urls.tutorials()}>See all tutorials</a> : null}
      </p>
    </EmptyState>
  );
}

function counted(total: number): string {
  return total === 1 ? "1 tutorial" : `${total} tutorials`;
}
