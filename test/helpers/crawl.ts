import { findLinks } from "./links.ts";

/** What a site answered. Redirects are not followed. */
export interface Answered {
  status: number;
  type: string;
  location?: string | undefined;
  body: string;
}

/** Asks a site for a path with its query. */
export type Ask = (path: string) => Promise<Answered>;

export interface Crawled {
  /** The HTML of the site's pages by path. */
  pages: Map<string, string>;
  /** Links of the site that lead nowhere, a sentence each. */
  broken: string[];
  /** How many addresses were asked for. */
  addresses: number;
}

interface Seen {
  problem?: string;
  movedTo?: string;
  ids?: ReadonlySet<string>;
}

const entrances = ["/", "/sitemap.xml", "/llms.txt", "/robots.txt", "/atom.xml", "/rss.xml", "/feed.json"];

/**
 * Follows every link, picture, feed, style sheet and script of a site from its entrances on, and tells which lead
 * nowhere: to an answer that is not 200, or to a part of a page that is not there. `origins` are those by which the site
 * calls itself; what is elsewhere is not asked for.
 */
export async function crawl(ask: Ask, origins: readonly string[], start = entrances): Promise<Crawled> {
  const pages = new Map<string, string>();
  const seen = new Map<string, Seen>(start.map((path) => [path, {}]));
  const anchors: { from: string; path: string; id: string }[] = [];
  const referrers = new Map<string, string>();

  const visit = async (path: string): Promise<string[]> => {
    const { status, type, location, body } = await ask(path);
    const hasMoved = status >= 300 && status < 400;
    const links = status === 200 || hasMoved ? findLinks({ type, body, location }, path, origins) : [];
    if (hasMoved && links[0]) seen.set(path, { movedTo: links[0].path });
    else if (status !== 200) seen.set(path, { problem: `answered ${status}` });
    else if (type.startsWith("text/html")) {
      pages.set(path, body);
      seen.set(path, { ids: new Set([...body.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1] ?? "")) });
    }
    for (const { path: target, id } of links) if (id !== "") anchors.push({ from: path, path: target, id });
    // The choices of a search have no end.
    const followed = path.includes("/search/?") ? [] : [...new Set(links.map((link) => link.path))];
    // Every page has a way in of its own, which differs only in where it leads back to.
    const fresh = followed.filter((target) => !seen.has(target) && !/[?&]next=/.test(target));
    for (const target of fresh) {
      seen.set(target, {});
      referrers.set(target, path);
    }
    return fresh;
  };

  for (let wave = [...start]; wave.length > 0;) wave = (await inLanes(wave, visit)).flat();

  const broken = [...seen].flatMap(([path, { problem }]) =>
    problem === undefined ? [] : `${referrers.get(path) ?? "An entrance"} leads to ${path}, which ${problem}`,
  );
  for (const { from, path, id } of anchors) {
    const target = seen.get(seen.get(path)?.movedTo ?? path);
    if (target?.ids?.has(id) === false) broken.push(`${from} leads to ${path}#${id}, which is not there`);
  }
  return { pages, broken: [...new Set(broken)], addresses: seen.size };
}

/** Does the work for each item, a few at a time, and answers the results in order. */
export async function inLanes<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  lanes = 4,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const run = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, run));
  return results;
}
