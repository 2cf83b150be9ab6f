import type { Article, RuleName } from "./finding.ts";

const comment = /^\s*<!--\s*lint-off((?:\s+[a-z-]+)*)\s*-->\s*$/;

/**
 * Where a rule is silent: `<!-- lint-off code spelling -->` on a line of its own speaks of the block that follows; without
 * names, of all rules.
 */
export function findSilenced({ lines, blocks }: Article): (rule: RuleName, line: number) => boolean {
  const places = lines.flatMap((text, index) => {
    const [, names] = text.length < 200 ? (comment.exec(text) ?? []) : [];
    if (names === undefined) return [];
    const line = index + 1;
    const next = blocks.filter((block) => block.line > line).toSorted(outermostFirst)[0];
    const rules = names.trim() === "" ? undefined : new Set(names.trim().split(/\s+/));
    return next === undefined ? [] : [{ rules, ...next }];
  });
  return (rule, at) =>
    places.some(({ rules, line, end }) => at >= line && at < end && (rules === undefined || rules.has(rule)));
}

function outermostFirst(one: { line: number; end: number }, other: { line: number; end: number }): number {
  return one.line - other.line || other.end - one.end;
}
