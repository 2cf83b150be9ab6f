import { z } from "zod";
import { findTopic, listEntries, listTopics } from "#apps/catalog/entries.ts";
import { findWaysTo } from "#apps/catalog/gating.ts";
import { findTopicRedirect } from "#apps/catalog/merging-topics.ts";
import { getCardPage, pageNumber } from "#apps/catalog/lists.ts";
import { levels } from "#apps/catalog/schema.ts";
import type { Ways } from "#apps/members/gate.ts";
import { openEntry } from "#apps/progress/opening.ts";
import type { ReadingState } from "#apps/progress/readings.ts";
import type { EntryHandler, OpenedEntry, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { inPieces } from "#lib/pieces.ts";
import { urls } from "#urls.ts";
import { SeriesPage } from "./views/series.tsx";
import { TopicsPage } from "./views/topics.tsx";
import { AllTutorialsPage, LevelPage, TopicPage } from "./views/lists.tsx";
import { TutorialPage } from "./views/tutorial.tsx";

const kinds = ["tutorial", "series"];
const level = z.enum(levels);

export function routes(router: Router): void {
  const options = { access: "anyone", cache: true } as const;

  router.get(urls.tutorials.pattern, { ...options, query: z.object({ page: pageNumber }) }, async ({ query }) => (
    <AllTutorialsPage list={await getCardPage({ kinds }, query.page)} topics={await listTopics()} />
  ));

  router.get(
    urls.topic.pattern,
    { ...options, query: z.object({ page: pageNumber, level: level.optional() }) },
    async ({ params, query }, reply) => {
      const topic = await findTopic(params.topic);
      if (topic === undefined) {
        const merged = await findTopicRedirect(params.topic);
        if (merged === undefined) throw new NotFound(`There is no topic "${params.topic}".`);
        return reply.redirect(urls.topic({ topic: merged }), 301);
      }
      const filter = { kinds, topicId: topic.id, ...(query.level && { level: query.level }) };
      return <TopicPage topic={topic} level={query.level} list={await getCardPage(filter, query.page)} />;
    },
  );

  router.get(urls.level.pattern, { ...options, query: z.object({ page: pageNumber }) }, async ({ params, query }) => {
    const found = level.safeParse(params.level);
    if (!found.success) throw new NotFound(`There is no level "${params.level}".`);
    return <LevelPage level={found.data} list={await getCardPage({ kinds, level: found.data }, query.page)} />;
  });

  router.get(urls.topics.pattern, options, async () => <TopicsPage topics={await listTopics()} />);
}

export const showTutorial: EntryHandler = async (request, reply, article) => {
  const ways = await findWaysTo(request.viewer, article);
  const reading = await openEntry(request, article);
  // What is made for everybody is kept by the page cache; the ways to an entry are each reader's own.
  const page = reading !== undefined && ways === undefined ? keptPage(article) : makePage(article, ways);
  return reply.type("text/html; charset=utf-8").send(page(reading));
};

type Page = (reading: ReadingState | undefined) => Buffer;

// As long as the catalog keeps an article, its page is kept in pieces for whoever is given it.
const pages = new WeakMap<OpenedEntry, Page>();

function keptPage(article: OpenedEntry): Page {
  const known = pages.get(article);
  if (known !== undefined) return known;
  const page = makePage(article, undefined);
  pages.set(article, page);
  return page;
}

function makePage(article: OpenedEntry, ways: Ways | undefined): Page {
  return inPieces((byReading) => <TutorialPage article={article} ways={ways} byReading={byReading} />);
}

/** How many parts of a series are shown: all of any that a person would write. */
const mostParts = 500;

export const showSeries: EntryHandler = async (request, _reply, article) => {
  const { cards } = await listEntries({ parentId: article.id }, { limit: mostParts });
  const ways = await findWaysTo(request.viewer, article);
  return <SeriesPage article={article} ways={ways} parts={cards} reading={await openEntry(request, article)} />;
};
