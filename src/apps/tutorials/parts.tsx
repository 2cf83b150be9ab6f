import { levels, type Level as LevelName } from "#apps/catalog/schema.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Level } from "#ui/level.tsx";
import { urls } from "#urls.ts";

export interface LevelLinksProps {
  /** The level that the page shows; without it the page shows all of them. */
  current?: LevelName | undefined;
  /** Where the list of a level is, and, without one, the list of all. */
  hrefOf?: (level?: LevelName) => string;
}

/** The same list by level. */
export function LevelLinks({ current, hrefOf = levelList }: LevelLinksProps): Html {
  return (
    <ul class="chips" aria-label="Levels">
      <li>
        <a class="chip" href={hrefOf()} aria-current={current === undefined ? "page" : undefined}>
          All levels
        </a>
      </li>
      {levels.map((level) => (
        <li>
          <a class="chip" href={hrefOf(level)} aria-current={current === level ? "page" : undefined}>
            <Level level={level} />
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What is meant by each level. */
export const levelWords: Record<LevelName, string> = {
  basics: "Start here: nothing is taken for granted but curiosity.",
  intermediate: "For readers who write programs already and want to write them well.",
  advanced: "How it works underneath, and what to do when it does not.",
};

/** Every level with what is meant by it. */
export function LevelIndex(): Html {
  return (
    <ul class="index">
      {levels.map((level) => (
        <li>
          <a href={urls.level({ level })}>
            <Level level={level} />
          </a>
          <p>{levelWords[level]}</p>
        </li>
      ))}
    </ul>
  );
}

function levelList(level?: LevelName): string {
  return level === undefined ? urls.tutorials() : urls.level({ level });
}
