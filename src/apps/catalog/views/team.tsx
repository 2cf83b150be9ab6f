import { pictureOf } from "#apps/media/media.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { Portrait } from "#ui/portrait.tsx";
import { urls } from "#urls.ts";
import type { listPeople } from "../people.ts";

/** Everybody who worked on something that can be read. */
export function TeamPage({ people }: { people: Awaited<ReturnType<typeof listPeople>> }): Html {
  return (
    <Layout section="team" title="Authors" description="The people who write, review and edit." canonical={urls.team()}>
      <header class="intro">
        <h1>Authors</h1>
        <p>The people who write, review and edit.</p>
      </header>
      {people.length === 0 ? (
        <EmptyState title="Nobody yet">
          <p>Whoever is named on a published tutorial stands here.</p>
        </EmptyState>
      ) : (
        <ul class="index people-index">
          {people.map(({ slug, name, headline, portrait, entries }) => (
            <li class="person">
              <Portrait person={{ name, portrait: portrait ? pictureOf(portrait) : undefined }} />
              <div>
                <a href={urls.person({ slug })}>{name}</a>
                {headline ? <span>{headline}</span> : null}
                <span>{entries === 1 ? "1 entry" : `${entries} entries`}</span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Layout>
  );
}
