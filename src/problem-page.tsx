import { suggestForAddress, type Suggestion } from "#apps/search/suggestions.ts";
import type { Problem } from "#lib/http.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";
import { EmptyState, SearchForm } from "#ui/messages.tsx";
import { urls } from "#urls.ts";

/** The page for whatever went wrong, in the site's own layout. Only a page that is missing or gone asks the database anything. */
export async function showProblem({ status, title, message, path, requestId }: Problem): Promise<Html> {
  const isAbsent = status === 404 || status === 410;
  const words = isAbsent ? wordsOf(path) : "";
  const suggestions = words === "" ? [] : await suggestForAddress(words);
  return (
    <Layout title={title} robots="noindex">
      <EmptyState title={title} heading={1}>
        <p>{message}</p>
        {status === 429 ? <AboutLimits /> : null}
        {requestId ? (
          <p>
            If it happens again, tell us this number: <code>{requestId}</code>
          </p>
        ) : null}
        <Suggestions suggestions={suggestions} />
        {isAbsent ? (
          <SearchForm query={words} />
        ) : (
          <a class="button" href={urls.home()}>
            Go to the front page
          </a>
        )}
      </EmptyState>
    </Layout>
  );
}

function AboutLimits(): Html {
  return (
    <p>
      Nothing is wrong with your account, and nothing that you saved is lost. Everybody who shares your connection is
      counted together: at a school or an office, somebody else may have been busy. There is nothing to do but wait.
    </p>
  );
}

function Suggestions({ suggestions }: { suggestions: readonly Suggestion[] }): Html | null {
  if (suggestions.length === 0) return null;
  return (
    <>
      <p>Perhaps you were looking for one of these:</p>
      <ul class="suggestions">
        {suggestions.map(({ path, title, kindLabel }) => (
          <li>
            <a href={path}>{title}</a> <small>{kindLabel}</small>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The words that an address is made of: `/2019/list-comprehensions.html` is about list comprehensions. */
export function wordsOf(path: string): string {
  const words =
    decoded(path)
      .replace(/\.\w{1,5}$/, "")
      .match(/\p{L}[\p{L}\p{N}]*/gu) ?? [];
  return words.join(" ").slice(0, 100);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
