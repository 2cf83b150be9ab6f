import type { Article } from "#apps/catalog/articles.ts";
import { entryHead } from "#apps/catalog/head.ts";
import { EntryGate } from "#apps/catalog/parts.tsx";
import type { Ways } from "#apps/members/gate.ts";
import { raw, type Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";

/** A page is its title and its text. */
export function PageView({ page, ways }: { page: Article; ways: Ways | undefined }): Html {
  return (
    <Layout {...entryHead(page, "WebPage", [])}>
      <article class="entry">
        <header class="entry-head">
          <h1>{page.title}</h1>
        </header>
        <div class="prose">{raw(page.html)}</div>
        <EntryGate article={page} ways={ways} />
      </article>
    </Layout>
  );
}
