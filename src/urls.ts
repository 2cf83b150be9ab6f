import { address } from "./lib/url.ts";

/** Every address on the site that is not the path of an entry. Anyone may link anywhere through these. */
export const urls = {
  home: address("/"),
  tutorials: address("/tutorials/"),
  topic: address("/tutorials/:topic/"),
  topics: address("/topics/"),
  level: address("/levels/:level/"),
  team: address("/team/"),
  person: address("/team/:slug/"),
  search: address("/search/"),
  searchApi: address("/search/api/v1/"),

  atom: address("/atom.xml"),
  rss: address("/rss.xml"),
  jsonFeed: address("/feed.json"),
  topicFeed: address("/tutorials/:topic/:format"),
  personFeed: address("/team/:slug/:format"),
  sitemap: address("/sitemap.xml"),
  robots: address("/robots.txt"),
  llms: address("/llms.txt"),
  manifest: address("/site.webmanifest"),
  preview: address("/preview/:file"),

  image: address("/media/:hash/:file"),
  robocrop: address("/robocrop/"),
  static: address("/static/:file"),
  mailUnsubscribe: address("/mail/unsubscribe/"),
  mailPreferences: address("/mail/preferences/"),
  mailEvents: address("/mail/events/sendgrid"),
  devMail: address("/dev/mail/"),
  devMailNewest: address("/dev/mail/newest"),
  devMailPreview: address("/dev/mail/previews/:template/"),
  devMailPreviewHtml: address("/dev/mail/previews/:template/html"),
  devLetter: address("/dev/mail/:id/"),
  devLetterHtml: address("/dev/mail/:id/html"),
  staffUptime: address("/staff/uptime/"),
  health: address("/health"),
  ready: address("/ready"),
  metrics: address("/metrics"),
  started: address("/dev/started"),
};

/** The path of a new entry, and the address of its Markdown. */
export const entryPath = address("/:slug/");
export function markdownOf(path: string): string {
  return `${path.replace(/\/$/, "")}.md`;
}

/** First segments that no entry may take. */
export const reservedSegments: ReadonlySet<string> = new Set(
  Object.values(urls).map((url) => url.pattern.split("/")[1] ?? ""),
);
