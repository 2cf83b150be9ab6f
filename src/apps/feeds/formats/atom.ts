import { document, element } from "#lib/xml.ts";
import type { Feed, FeedItem } from "../feeds.ts";

/** RFC 4287. */
export function atom(feed: Feed): string {
  return document(
    element(
      "feed",
      { xmlns: "http://www.w3.org/2005/Atom" },
      element("id", {}, feed.home),
      element("title", {}, feed.title),
      element("subtitle", {}, feed.description),
      element("updated", {}, feed.updatedAt.toISOString()),
      element("link", { rel: "self", type: "application/atom+xml", href: feed.self }),
      element("link", { rel: "alternate", type: "text/html", href: feed.home }),
      feed.items.map((item) => entry(item, feed)),
    ),
  );
}

function entry(item: FeedItem, feed: Feed) {
  const authors = item.authors.length === 0 ? [feed.title] : item.authors;
  return element(
    "entry",
    {},
    element("id", {}, item.url),
    element("title", {}, item.title),
    element("link", { rel: "alternate", type: "text/html", href: item.url }),
    element("published", {}, item.publishedAt.toISOString()),
    element("updated", {}, item.updatedAt.toISOString()),
    authors.map((name) => element("author", {}, element("name", {}, name))),
    item.topics.map((topic) => element("category", { term: topic.slug, label: topic.name })),
    item.summary !== "" && element("summary", {}, item.summary),
    element("content", { type: "html" }, contentOf(item)),
  );
}

/** The text of an item; where it ends early, the way to the rest. */
export function contentOf(item: FeedItem): string {
  return item.isWhole ? item.html : `${item.html}\n<p><a href="${item.url}">Read on</a></p>`;
}
