export interface Result {
  title: string;
  url: string;
  kindLabel: string;
  section?: string;
  /** Escaped text with matches in `<mark>`. */
  snippet: string;
}

export interface Answer {
  results: Result[];
  suggestion?: string | null;
}

/** Asks the search for the best matches; throws when it does not answer with what was agreed. */
export async function fetchResults(api: URL, query: string, signal: AbortSignal): Promise<Answer> {
  api.search = new URLSearchParams({ q: query, limit: "8" }).toString();
  const response = await fetch(api, { signal, headers: { accept: "application/json" } });
  const answer: unknown = await response.json();
  if (!response.ok || !isAnswer(answer)) throw new Error(`The search answered ${response.status}.`);
  return { ...answer, results: answer.results.filter((result) => isOurs(result.url)) };
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null && "results" in value && Array.isArray(value.results);
}

// A result leads to a page of this site, never to a script or another host.
function isOurs(url: string): boolean {
  return new URL(url, location.href).origin === location.origin;
}
