import { asset } from "#lib/assets.ts";
import { once, raw, type Html } from "#lib/jsx/jsx-runtime.ts";
import { config } from "../config.ts";
import { urls } from "../urls.ts";
import { JsonLd } from "./json-ld.tsx";
import { themeColors, themeScript } from "./theme-script.ts";

/** What the head of a page says of it to browsers, search engines and other sites. */
export interface HeadProps {
  /** Without the site's name, which is added; a page without a title bears the site's name and tagline. */
  title?: string | undefined;
  description?: string | undefined;
  /** The path of this page on this site; left out where search engines should not go. */
  canonical?: string | undefined;
  /** A picture of 1200 × 630 for previews elsewhere, as a path or a whole address. */
  image?: { url: string; alt?: string; width?: number; height?: number } | undefined;
  /** Schema.org data; an object for each `<script>`. */
  jsonLd?: readonly object[] | undefined;
  /** `noindex` keeps the page out of search engines. */
  robots?: string | undefined;
  /** Feeds beside the site's own: of a topic, of an author. */
  feeds?: readonly { title: string; href: string; type: string }[] | undefined;
  /** The page is an article: when it was published and changed, by whom. */
  article?:
    | { publishedAt: Date | null; updatedAt: Date; authors: readonly string[]; topics: readonly string[] }
    | undefined;
  /** Where the page is to be had as Markdown. */
  alternateMd?: string | undefined;
  previous?: string | undefined;
  next?: string | undefined;
  /** Modules beside `site.js`: `["article.js"]`. */
  scripts?: readonly string[] | undefined;
  /** Style sheets beside `site.css`. */
  styles?: readonly string[] | undefined;
}

// Both faces of the first view, unless the settings name others.
const fonts = [
  ...(config.FONT_TEXT ? [] : ["source-serif-4-latin-wght-normal.woff2"]),
  ...(config.FONT_UI ? [] : ["inter-latin-wght-normal.woff2"]),
];

// The order matters: the theme is set before anything is drawn.
const everywhere = once(() => (
  <>
    <script>{raw(themeScript)}</script>
    <link rel="stylesheet" href={asset("site.css")} />
    {fonts.map((font) => (
      <link rel="preload" as="font" type="font/woff2" href={asset(font)} crossorigin="anonymous" />
    ))}
    <script type="module" src={asset("site.js")} />
    {config.DEV ? <script type="module" src={asset("reload.js")} /> : null}
    <meta name="theme-color" content={themeColors.light} media="(prefers-color-scheme: light)" />
    <meta name="theme-color" content={themeColors.dark} media="(prefers-color-scheme: dark)" />
    <link rel="icon" href={asset("icon.svg")} type="image/svg+xml" />
    <link rel="apple-touch-icon" href={asset("icon-180.png")} />
    <link rel="manifest" href={urls.manifest()} />
    <link rel="alternate" type="application/atom+xml" title={config.SITE_NAME} href={urls.atom()} />
    <meta property="og:site_name" content={config.SITE_NAME} />
  </>
));

export function Head(props: HeadProps): Html {
  const title = props.title ? `${props.title} · ${config.SITE_NAME}` : `${config.SITE_NAME}: ${config.SITE_TAGLINE}`;
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      {everywhere()}
      {props.styles?.map((style) => (
        <link rel="stylesheet" href={asset(style)} />
      ))}
      {props.scripts?.map((script) => (
        <script type="module" src={asset(script)} />
      ))}
      {props.description ? <meta name="description" content={props.description} /> : null}
      {props.robots ? <meta name="robots" content={props.robots} /> : null}
      <Links {...props} />
      <OpenGraph {...props} />
      {props.jsonLd?.map((data) => (
        <JsonLd data={data} />
      ))}
    </head>
  );
}

function Links({ canonical, previous, next, alternateMd, feeds = [] }: HeadProps): Html {
  return (
    <>
      {canonical ? <link rel="canonical" href={absolute(canonical)} /> : null}
      {previous ? <link rel="prev" href={previous} /> : null}
      {next ? <link rel="next" href={next} /> : null}
      {alternateMd ? <link rel="alternate" type="text/markdown" href={alternateMd} /> : null}
      {feeds.map((feed) => (
        <link rel="alternate" type={feed.type} title={feed.title} href={feed.href} />
      ))}
    </>
  );
}

function OpenGraph({ title, description, canonical, image, article }: HeadProps): Html {
  return (
    <>
      <meta property="og:title" content={title ?? config.SITE_NAME} />
      <meta property="og:type" content={article ? "article" : "website"} />
      {description ? <meta property="og:description" content={description} /> : null}
      {canonical ? <meta property="og:url" content={absolute(canonical)} /> : null}
      {image ? <meta property="og:image" content={absolute(image.url)} /> : null}
      {image?.alt ? <meta property="og:image:alt" content={image.alt} /> : null}
      {image?.width ? <meta property="og:image:width" content={image.width} /> : null}
      {image?.height ? <meta property="og:image:height" content={image.height} /> : null}
      <meta name="twitter:card" content={image ? "summary_large_image" : "summary"} />
      {article?.publishedAt ? (
        <meta property="article:published_time" content={article.publishedAt.toISOString()} />
      ) : null}
      {article ? <meta property="article:modified_time" content={article.updatedAt.toISOString()} /> : null}
      {article?.authors.map((author) => (
        <meta name="author" content={author} />
      ))}
      {article?.topics.map((topic) => (
        <meta property="article:tag" content={topic} />
      ))}
    </>
  );
}

/** The whole address of a path on this site; a whole address stays as it is. */
export function absolute(path: string): string {
  return path.startsWith("/") ? config.BASE_URL + path : path;
}
