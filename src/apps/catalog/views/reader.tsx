import type { Person } from "#apps/accounts/profiles.ts";
import { pictureOf } from "#apps/media/media.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";
import { Portrait } from "#ui/portrait.tsx";
import { About, webLinks } from "./person.tsx";

/** A reader who wants to be seen. Search engines are left out, so that nobody makes accounts for the sake of links. */
export function ReaderPage({ reader }: { reader: Person }): Html {
  const { name, headline, bio, portrait } = reader;
  return (
    <Layout title={name} description={headline || undefined} robots="noindex">
      <header class="intro">
        <div class="profile">
          <Portrait person={{ name, portrait: portrait ? pictureOf(portrait) : undefined }} large />
          <div>
            <h1>{name}</h1>
            {headline ? <p>{headline}</p> : null}
          </div>
        </div>
        <About bio={bio} links={webLinks(reader)} />
      </header>
    </Layout>
  );
}
