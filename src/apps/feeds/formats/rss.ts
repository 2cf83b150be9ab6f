import { escape } from "#lib/jsx/jsx-runtime.ts";
import { document, element } from "#lib/xml.ts";
import type { Feed, FeedItem } from "../feeds.ts";
import { contentOf } from "./atom.ts";

/** RSS 2.0 with the content and Dublin Core modules, which is where readers look for the text and the author. */
export function rss(feed: Feed): string {
  return document(
    element(
      "rss",
      {
        version: "2.0",
        "xmlns:atom": "http://www.w3.org/2005/Atom",
        "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
        "xmlns:dc": "http://purl.org/dc/elements/1.1/",
      },
      element(
        "channel",
        {},
        element("title", {}, feed.title),
        element("link", {}, feed.home),
        element("description", {}, escape(feed.description)),
        element("lastBuildDate", {}, feed.updatedAt.toUTCString()),
        element("atom:link", { rel: "self", type: "application/rss+xml", href: feed.self }),
        feed.items.map(item),
      ),
    ),
  );
}

function item(entry: FeedItem) {
  return element(
    "item",
    {},
    element("title", {}, entry.title),
    element("link", {}, entry.url),
    element("guid", { isPermaLink: "true" }, entry.url),
    element("pubDate", {}, entry.publishedAt.toUTCString()),
    entry.authors.map((name) => element("dc:creator", {}, name)),
    entry.topics.map((topic) => element("category", {}, topic.name)),
    // Programs take it for HTML, which Atom and JSON Feed let us say it is not.
    element("description", {}, escape(entry.summary)),
    element("content:encoded", {}, contentOf(entry)),
  );
}
