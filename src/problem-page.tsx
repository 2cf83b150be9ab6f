import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { Problem } from "#lib/http.ts";
import { Layout } from "#ui/layout.tsx";
import { EmptyState, SearchForm } from "#ui/messages.tsx";
import { urls } from "#urls.ts";

/** The page for whatever went wrong, in the site's own layout. */
export async function showProblem(problem: Problem): Promise<Html> {
  const { status, title, message, requestId } = problem;
  const isMissing = status === 404;
  return (
    <Layout title={title} robots="noindex">
      <EmptyState title={title} heading={1}>
        <p>{message}</p>
        {requestId ? (
          <p>
            If it happens again, tell us this number: <code>{requestId}</code>
          </p>
        ) : null}
        {isMissing ? (
          <SearchForm query={wordsOf(problem.path)} />
        ) : (
          <a class="button" href={urls.home()}>
            Go to the front page
          </a>
        )}
      </EmptyState>
    </Layout>
  );
}

/** The words that an address is made of: `/2019/list-comprehensions.html` is about list comprehensions. */
export function wordsOf(path: string): string {
  const words = path.replace(/\.\w{1,5}$/, "").match(/\p{L}[\p{L}\p{N}]*/gu) ?? [];
  return words.join(" ").slice(0, 100);
}
