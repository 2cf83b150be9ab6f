import { z } from "zod";
import { findTopic, type EntryFilter } from "#apps/catalog/entries.ts";
import { getPerson } from "#apps/catalog/people.ts";
import { findTopicRedirect } from "#apps/catalog/merging-topics.ts";
import { config } from "#config.ts";
import type { Reply, Router } from "#lib/app.ts";
import { asset } from "#lib/assets.ts";
import { NotFound } from "#lib/errors.ts";
import { absolute } from "#ui/head.tsx";
import { themeColors } from "#ui/theme-script.ts";
import { urls } from "#urls.ts";
import { listFeedItems, type Feed } from "./feeds.ts";
import { atom } from "./formats/atom.ts";
import { jsonFeed } from "./formats/json-feed.ts";
import { rss } from "./formats/rss.ts";
import { llms } from "./llms.ts";
import { readPreview } from "./previews/previews.ts";
import { sitemap } from "./sitemap.ts";

const formats = new Map<string, { type: string; write: (feed: Feed) => string }>([
  ["atom.xml", { type: "application/atom+xml; charset=utf-8", write: atom }],
  ["rss.xml", { type: "application/rss+xml; charset=utf-8", write: rss }],
  ["feed.json", { type: "application/feed+json; charset=utf-8", write: jsonFeed }],
]);

const open = { access: "anyone", cache: true } as const;

/** What machines read. */
export function routes(router: Router): void {
  for (const address of [urls.atom, urls.rss, urls.jsonFeed]) {
    router.get(address.pattern, open, (_request, reply) =>
      sendFeed(
        reply,
        address().slice(1),
        { title: config.SITE_NAME, description: config.SITE_TAGLINE },
        urls.home(),
        {},
      ),
    );
  }

  router.get(urls.topicFeed.pattern, open, async ({ params }, reply) => {
    const topic = await findTopic(params.topic);
    if (topic === undefined) {
      const merged = await findTopicRedirect(params.topic);
      if (merged === undefined) throw new NotFound(`There is no topic "${params.topic}".`);
      return reply.redirect(urls.topicFeed({ topic: merged, format: params.format }), 301);
    }
    const about = { title: `${topic.name} · ${config.SITE_NAME}`, description: topic.summary };
    return sendFeed(reply, params.format, about, urls.topic({ topic: topic.slug }), { topicId: topic.id });
  });

  router.get(urls.personFeed.pattern, open, async ({ params }, reply) => {
    const person = await getPerson(params.slug);
    const about = { title: `${person.name} · ${config.SITE_NAME}`, description: person.headline };
    return sendFeed(reply, params.format, about, urls.person({ slug: person.slug }), { profileId: person.id });
  });

  router.get(
    urls.sitemap.pattern,
    { ...open, query: z.object({ page: z.coerce.number().int().min(1).max(10_000).optional() }) },
    async ({ query }, reply) => reply.type("application/xml; charset=utf-8").send(await sitemap(query.page)),
  );

  router.get(urls.llms.pattern, open, async (_request, reply) =>
    reply.type("text/plain; charset=utf-8").send(await llms()),
  );

  router.get(urls.robots.pattern, open, (_request, reply) =>
    reply
      .type("text/plain; charset=utf-8")
      .send(`User-agent: *\nDisallow: ${urls.search()}\n\nSitemap: ${absolute(urls.sitemap())}\n`),
  );

  router.get(urls.manifest.pattern, open, (_request, reply) =>
    reply.type("application/manifest+json; charset=utf-8").send(
      JSON.stringify({
        name: config.SITE_NAME,
        short_name: config.SITE_NAME,
        description: config.SITE_TAGLINE,
        lang: config.SITE_LANGUAGE,
        start_url: urls.home(),
        display: "minimal-ui",
        background_color: themeColors.light,
        theme_color: themeColors.light,
        icons: [192, 512].map((size) => ({
          src: asset(`icon-${size}.png`),
          sizes: `${size}x${size}`,
          type: "image/png",
        })),
      }),
    ),
  );

  router.get(urls.preview.pattern, { access: "anyone" }, async ({ params }, reply) => {
    const png = await readPreview(params.file);
    // Other sites show it, and ask again once a day: the title may have changed.
    reply.headers({ "cache-control": "public, max-age=86400", "cross-origin-resource-policy": "cross-origin" });
    return reply.type("image/png").send(png);
  });
}

async function sendFeed(
  reply: Reply,
  format: string,
  about: Pick<Feed, "title" | "description">,
  home: string,
  filter: EntryFilter,
): Promise<Reply> {
  const chosen = formats.get(format);
  if (chosen === undefined) throw new NotFound(`There is no feed "${format}": ${[...formats.keys()].join(", ")} are.`);
  const items = await listFeedItems(filter);
  const updatedAt = new Date(Math.max(0, ...items.map((item) => item.updatedAt.getTime())));
  const self = absolute(`${home}${format}`);
  return reply.type(chosen.type).send(chosen.write({ ...about, home: absolute(home), self, updatedAt, items }));
}
