import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Icon } from "./icon.tsx";

export interface ContentsHeading {
  level: number;
  id: string;
  text: string;
}

/** The contents, two ranks deep: beside the text when there is room, else behind a bar that says where the reader is. */
export function Contents({ headings }: { headings: readonly ContentsHeading[] }): Html | null {
  const sections = nest(headings);
  if (sections.length < 2) return null;
  return (
    <page-contents>
      <div class="contents-bar">
        <button class="contents-open" type="button" popovertarget="site-contents">
          Contents <span class="contents-here" />
          <Icon name="down" />
        </button>
      </div>
      <nav class="contents" id="site-contents" popover aria-label="Contents">
        <p class="contents-title" aria-hidden="true">
          Contents
        </p>
        <ol>
          {sections.map((section) => (
            <li>
              <a href={`#${section.id}`}>{section.text}</a>
              {section.parts.length > 0 ? (
                <ol>
                  {section.parts.map((part) => (
                    <li>
                      <a href={`#${part.id}`}>{part.text}</a>
                    </li>
                  ))}
                </ol>
              ) : null}
            </li>
          ))}
        </ol>
      </nav>
    </page-contents>
  );
}

type Section = ContentsHeading & { parts: ContentsHeading[] };

// A text whose first rank is h3 is nested by the ranks it has, not by their numbers.
function nest(headings: readonly ContentsHeading[]): Section[] {
  const top = Math.min(...headings.map((heading) => heading.level));
  const sections: Section[] = [];
  for (const heading of headings) {
    const last = sections.at(-1);
    if (heading.level === top || !last) sections.push({ ...heading, parts: [] });
    else if (heading.level === top + 1) last.parts.push(heading);
  }
  return sections;
}
