/** What the wildcards of a pattern stood for, in order; undefined when the path does not match. */
export type Captures = readonly string[];

const compiled = new Map<string, RegExp>();

/**
 * Matches a path with `/` against a pattern: `*` stands for anything within a segment, `**` for any number of segments,
 * `?` for one character, `{a,b}` for either. Each of them is captured.
 */
export function matchGlob(pattern: string, path: string): Captures | undefined {
  const match = compileGlob(pattern)?.exec(path);
  return match?.slice(1).map((capture) => capture ?? "");
}

/** The pattern as a regular expression; undefined when it is none. */
export function compileGlob(pattern: string): RegExp | undefined {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  try {
    const expression = new RegExp(`^${translate(pattern)}$`, "u");
    compiled.set(pattern, expression);
    return expression;
  } catch {
    return undefined;
  }
}

/** The captures of the first pattern that matches. */
export function matchAny(patterns: readonly string[], path: string): Captures | undefined {
  for (const pattern of patterns) {
    const captures = matchGlob(pattern, path);
    if (captures !== undefined) return captures;
  }
  return undefined;
}

/** A text with `{1}`, `{2}` … in which what the wildcards stood for is filled in. */
export function fillCaptures(text: string, captures: Captures): string {
  return text.replace(/\{(\d+)\}/g, (_, number: string) => captures[Number(number) - 1] ?? "");
}

function translate(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|\*|\?|\{([^{}]*)\}|[\\^$+.()|[\]{}/-]/g, (token, choices: string | undefined) => {
    if (token === "**/") return "(?:(.*)/)?";
    if (token === "**") return "(.*)";
    if (token === "*") return "([^/]*)";
    if (token === "?") return "([^/])";
    if (choices !== undefined) return `(${choices.split(",").map(translate).join("|")})`;
    return token === "-" ? token : `\\${token}`;
  });
}
