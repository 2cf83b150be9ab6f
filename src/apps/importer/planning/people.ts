import type { CreditRole } from "#apps/catalog/schema.ts";
import { slugify } from "#lib/url.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { Fields } from "./fields.ts";
import { topicSlug } from "./slugs.ts";

export interface Topic {
  slug: string;
  name: string;
}
export interface Credit {
  slug: string;
  name: string;
  role: CreditRole;
}

/** The topics behind names or slugs, each once. Those that no address can be made of are left out. */
export function chooseTopics(names: readonly string[], { topics = [] }: Mapping): Topic[] {
  const chosen = names.map((name) => {
    const known =
      topics.find(({ slug }) => slug === name) ??
      topics.find((topic) => topic.name.toLowerCase() === name.toLowerCase());
    return known === undefined ? { slug: topicSlug(name), name } : { slug: known.slug, name: known.name };
  });
  return uniqueBy(
    chosen.filter(({ slug }) => slug !== ""),
    ({ slug }) => slug,
  );
}

/** The people behind names or slugs, authors first, each once in a role; an author is not also named as the editor. */
export function chooseCredits(team: NonNullable<Fields["team"]>, { profiles = [], whole = false }: Mapping): Credit[] {
  const chosen = team.map(({ role, name }) => {
    const known =
      profiles.find(({ slug }) => slug === name) ??
      profiles.find((profile) => profile.name.toLowerCase() === name.toLowerCase());
    return known === undefined ? { role, slug: slugify(name), name } : { role, slug: known.slug, name: known.name };
  });
  const named = uniqueBy(
    chosen.filter(({ slug }) => slug !== ""),
    ({ role, slug }) => `${role} ${slug}`,
  );
  const authors = new Set(named.filter(({ role }) => role === "author").map(({ slug }) => slug));
  return named
    .filter(({ role, slug }) => whole || role !== "editor" || !authors.has(slug))
    .toSorted((one, other) => Number(one.role !== "author") - Number(other.role !== "author"));
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item])).values()].toReversed();
}
