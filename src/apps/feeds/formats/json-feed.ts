import { config } from "#config.ts";
import type { Feed } from "../feeds.ts";
import { contentOf } from "./atom.ts";

/** JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/ */
export function jsonFeed(feed: Feed): string {
  return JSON.stringify({
    version: "https://jsonfeed.org/version/1.1",
    title: feed.title,
    description: feed.description,
    home_page_url: feed.home,
    feed_url: feed.self,
    language: config.SITE_LANGUAGE,
    items: feed.items.map((item) => ({
      id: item.url,
      url: item.url,
      title: item.title,
      summary: item.summary === "" ? undefined : item.summary,
      content_html: contentOf(item),
      date_published: item.publishedAt.toISOString(),
      date_modified: item.updatedAt.toISOString(),
      authors: item.authors.map((name) => ({ name })),
      tags: item.topics.map((topic) => topic.name),
    })),
  });
}
