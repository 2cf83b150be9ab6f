import { readArticle } from "./lint/article.ts";
import { blocks, dialect } from "./lint/dialect.ts";
import { code } from "./lint/code.ts";
import type { Facts, Finding, Rule, RuleName } from "./lint/finding.ts";
import { headings } from "./lint/headings.ts";
import { houseStyle } from "./lint/house-style.ts";
import { links } from "./lint/links.ts";
import { longLines } from "./lint/long-lines.ts";
import { findSilenced } from "./lint/silence.ts";
import { alt, pictures } from "./lint/pictures.ts";
import { summary, title } from "./lint/search-results.ts";
import { secrets } from "./lint/secrets.ts";
import { spelling } from "./lint/spelling.ts";

export type { Facts, Finding, Severity } from "./lint/finding.ts";

const rules: Readonly<Record<RuleName, Rule>> = {
  links,
  alt,
  pictures,
  headings,
  code,
  "long-lines": longLines,
  title,
  summary,
  spelling,
  "house-style": houseStyle,
  blocks,
  dialect,
  secrets,
};

/** So many findings of one rule are more than anybody reads. */
const mostOfARule = 100;

/**
 * What a writer should know of a text before it is published, in the order of its lines. Positions are those of `source`;
 * what is said of the title or the summary stands at its start. An article of 50 KB takes some 100 ms without spelling,
 * in which nothing else happens: a server asks `lintAside`. Never throws on anything that somebody writes.
 */
export async function lint(source: string, facts: Facts = {}): Promise<Finding[]> {
  const article = readArticle(source);
  const silenced = findSilenced(article);
  const findings: Finding[] = [];
  for (const [rule, look] of entriesOf(rules)) {
    const found = [...(await look(article, facts))].filter(({ line }) => !silenced(rule, line));
    for (const one of found.slice(0, mostOfARule)) findings.push({ rule, column: 1, ...one });
  }
  return findings.toSorted((one, other) => one.line - other.line || one.column - other.column);
}

function entriesOf<Key extends string, Value>(record: Readonly<Record<Key, Value>>): [Key, Value][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A record literal has no other keys.
  return Object.entries(record) as [Key, Value][];
}
