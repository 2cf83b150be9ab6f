import { cardOf } from "#apps/catalog/cards.ts";
import type { EntryCard, TopicLink } from "#apps/catalog/entries.ts";
import type { PageLink } from "#apps/pages/pages.ts";
import { LevelIndex } from "#apps/tutorials/parts.tsx";
import { config } from "#config.ts";
import { currentViewer } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Card, CardList } from "#ui/card.tsx";
import { absolute } from "#ui/head.tsx";
import { Layout } from "#ui/layout.tsx";
import { EmptyState, SearchForm } from "#ui/messages.tsx";
import { TopicChips } from "#ui/navigation.tsx";
import { onOffer } from "#ui/on-offer.ts";
import { urls } from "#urls.ts";

interface HomePageProps {
  newest: readonly EntryCard[];
  /** How many tutorials there are in all. */
  total: number;
  series: readonly EntryCard[];
  topics: readonly (TopicLink & { entries: number })[];
  pages: readonly PageLink[];
}

/** How many topics stand on the front page, largest first. */
const shownTopics = 18;

export function HomePage({ newest, total, series, topics, pages }: HomePageProps): Html {
  const [featured, ...others] = newest.map(cardOf);
  return (
    <Layout description={config.SITE_TAGLINE} canonical={urls.home()} jsonLd={[siteData()]}>
      <header class="intro">
        <h1>{config.SITE_TAGLINE}</h1>
        {featured ? <p>{counts(total, topics.length)}</p> : null}
        {featured ? <SearchForm label="Search all tutorials" /> : null}
      </header>
      {featured ? (
        <section class="featured" aria-label="The newest tutorial">
          <Card entry={featured} eager />
        </section>
      ) : (
        <NothingYet />
      )}
      <Section title="Newest" shown={others.length > 0} more={{ href: urls.tutorials(), text: "All tutorials" }}>
        <CardList entries={others} heading={3} />
      </Section>
      <Section title="Series" shown={series.length > 0}>
        <CardList entries={series.map(cardOf)} heading={3} />
      </Section>
      <Section title="Topics" shown={topics.length > 0} more={{ href: urls.topics(), text: "All topics" }}>
        <TopicChips topics={topics.toSorted((one, other) => other.entries - one.entries).slice(0, shownTopics)} />
      </Section>
      <Section title="Levels" shown={featured !== undefined}>
        <LevelIndex />
      </Section>
      <Section
        title="Membership"
        shown={featured !== undefined && onOffer.membership && !currentViewer().isMember}
        more={{ href: urls.join(), text: "See the plans" }}
      >
        <p class="lede">A membership opens all that is written here, and pays those who write it.</p>
      </Section>
      <Section title="About this site" shown={pages.length > 0}>
        <ul class="chips">
          {pages.map((page) => (
            <li>
              <a class="chip" href={page.path}>
                {page.title}
              </a>
            </li>
          ))}
        </ul>
      </Section>
    </Layout>
  );
}

function counts(tutorials: number, topics: number): string {
  const words = tutorials === 1 ? "One tutorial" : `${tutorials} tutorials`;
  return topics === 0 ? `${words}.` : `${words} on ${topics === 1 ? "one topic" : `${topics} topics`}.`;
}

interface SectionProps {
  title: string;
  shown: boolean;
  more?: { href: string; text: string };
  children: Child;
}

function Section({ title, shown, more, children }: SectionProps): Html | null {
  if (!shown) return null;
  return (
    <section class="section">
      <div class="section-head">
        <h2>{title}</h2>
        {more ? <a href={more.href}>{more.text}</a> : null}
      </div>
      {children}
    </section>
  );
}

function NothingYet(): Html {
  return (
    <EmptyState title="Nothing to read yet">
      <p>
        Turn a folder of Markdown into tutorials with <code>./manage import FOLDER</code>, and they appear here.
      </p>
    </EmptyState>
  );
}

function siteData(): object {
  return {
    "@context": "https://schema.org",
    "@type": "WebSite",
    name: config.SITE_NAME,
    description: config.SITE_TAGLINE,
    url: absolute(urls.home()),
    inLanguage: config.SITE_LANGUAGE,
  };
}
