import type { listTopics } from "#apps/catalog/entries.ts";
import { breadcrumbData } from "#apps/catalog/structured-data.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { Breadcrumbs } from "#ui/navigation.tsx";
import { urls } from "#urls.ts";

const crumbs = [{ name: "Tutorials", href: urls.tutorials() }];

/** Every topic that has something to read. */
export function TopicsPage({ topics }: { topics: Awaited<ReturnType<typeof listTopics>> }): Html {
  return (
    <Layout
      section="tutorials"
      title="Topics"
      description={`All topics: ${topics.map((topic) => topic.name).join(", ")}`.slice(0, 200)}
      canonical={urls.topics()}
      jsonLd={[breadcrumbData(crumbs, "Topics")]}
    >
      <header class="intro">
        <Breadcrumbs links={crumbs} />
        <h1>Topics</h1>
      </header>
      {topics.length === 0 ? (
        <EmptyState title="No topics yet">
          <p>A topic appears here with its first published tutorial.</p>
        </EmptyState>
      ) : (
        <ul class="index">
          {topics.map((topic) => (
            <li>
              <a href={urls.topic({ topic: topic.slug })}>{topic.name}</a> <small>{topic.entries}</small>
              {topic.summary ? <p>{topic.summary}</p> : null}
            </li>
          ))}
        </ul>
      )}
    </Layout>
  );
}
