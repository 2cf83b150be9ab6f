import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import type { Picture as PictureData } from "#lib/picture.ts";
import { CardList, type CardEntry } from "./card.tsx";
import { Contents, type ContentsHeading } from "./contents.tsx";
import { Byline, PreviousNext, Share, Team, type BylineProps, type TeamMember } from "./entry-parts.tsx";
import { Breadcrumbs, TopicChips, type TopicChip } from "./navigation.tsx";
import { Picture } from "./picture.tsx";

export interface ArticlePageProps extends BylineProps {
  title: string;
  summary: string;
  /** The rendered body, or as much of it as this reader may open. */
  body: Html;
  headings: readonly ContentsHeading[];
  breadcrumbs: readonly { name: string; href: string }[];
  topics?: readonly TopicChip[];
  image?: PictureData | null;
  imageAlt?: string;
  team?: readonly TeamMember[];
  /** The whole address, for sharing. */
  url: string;
  previous?: { path: string; title: string } | null;
  next?: { path: string; title: string } | null;
  related?: readonly CardEntry[];
  /** A `<Gate>` after a teaser. */
  gate?: Child;
  /** What the reader can do with it, and where they stopped: see `entryActionsOf` of progress. */
  tools?: Child;
  resume?: Child;
  ending?: Child;
}

/** A whole article, from breadcrumb to "keep learning". It is the content of `<Layout>`; the script is `article.js`. */
export function ArticlePage(props: ArticlePageProps): Html {
  const { title, summary, topics = [], team = [], related = [] } = props;
  return (
    <>
      <article class="entry">
        <header class="entry-head">
          <Breadcrumbs links={props.breadcrumbs} />
          <h1>{title}</h1>
          {summary ? <p class="lede">{summary}</p> : null}
          <Byline {...props} />
          <TopicChips topics={topics} />
          {props.tools ? <div class="entry-tools">{props.tools}</div> : null}
          {props.resume}
        </header>
        <Contents headings={props.headings} />
        {props.image ? <Hero image={props.image} alt={props.imageAlt ?? ""} /> : null}
        <div class="prose">{props.body}</div>
        {props.gate}
        <footer class="entry-end">
          {props.ending}
          <Team title="Who worked on it" members={team} />
          <Share url={props.url} title={title} />
          <PreviousNext previous={props.previous ?? null} next={props.next ?? null} />
        </footer>
      </article>
      {related.length > 0 ? (
        <section class="section related">
          <div class="section-head">
            <h2>Keep learning</h2>
          </div>
          <CardList entries={related} heading={3} />
        </section>
      ) : null}
    </>
  );
}

function Hero({ image, alt }: { image: PictureData; alt: string }): Html {
  return (
    <div class="hero">
      <Picture picture={image} alt={alt} sizes="(width < 50rem) 100vw, 47rem" eager />
    </div>
  );
}
