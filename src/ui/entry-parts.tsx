import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Level, type LevelName } from "./level.tsx";
import { Portrait, type Person } from "./portrait.tsx";
import { Day, duration } from "./time.tsx";

export interface BylineProps {
  authors: readonly Person[];
  publishedAt: Date | null;
  /** Shown when it is another day than `publishedAt`. */
  updatedAt?: Date;
  readingMinutes: number;
  level?: LevelName | null;
}

/** Who wrote it, when, how hard it is and how long it takes. */
export function Byline({ authors, publishedAt, updatedAt, readingMinutes, level }: BylineProps): Html {
  const isUpdated = publishedAt && updatedAt && updatedAt.getTime() - publishedAt.getTime() > 86_400_000;
  return (
    <div class="byline">
      {authors.length > 0 ? (
        <span class="portraits">
          {authors.map((author) => (
            <Portrait person={author} />
          ))}
        </span>
      ) : null}
      <div>
        {authors.length > 0 ? <p>By {joined(authors.map((author) => nameOf(author)))}</p> : null}
        <p class="facts">
          {publishedAt ? <Day at={publishedAt} /> : <span>Draft</span>}
          {isUpdated ? (
            <span>
              Updated <Day at={updatedAt} />
            </span>
          ) : null}
          {readingMinutes > 0 ? <span>{duration(readingMinutes)} read</span> : null}
          {level ? <Level level={level} /> : null}
        </p>
      </div>
    </div>
  );
}

export interface TeamMember extends Person {
  /** What this person did: `Technical reviewer`. */
  role: string;
}

/** Everybody who worked on an entry. */
export function Team({ title, members }: { title: string; members: readonly TeamMember[] }): Html | null {
  if (members.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class="people">
        {members.map((member) => (
          <li class="person">
            <Portrait person={member} />
            <div>
              {nameOf(member)}
              <span>{member.role}</span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where the teaser ends. `access` is who may read on; the children are the ways there. */
export function Gate({ kind = "tutorial", access, children }: GateProps): Html {
  const readers = access === "members" ? "members" : "registered readers";
  return (
    <section class="gate" aria-label={`For ${readers}`}>
      <h2>
        The rest of this {kind} is for {readers}.
      </h2>
      <p>What you have read so far is free for everyone.</p>
      {children}
    </section>
  );
}

export interface GateProps {
  kind?: string;
  access: "registered" | "members";
  children?: Child;
}

/** Links that hand the entry on. They are plain addresses: no other host hears of a reader who does not follow one. */
export function Share({ url, title }: { url: string; title: string }): Html {
  const [address, words] = [encodeURIComponent(url), encodeURIComponent(title)];
  const links = [
    ["Email", `mailto:?subject=${words}&body=${address}`],
    ["Bluesky", `https://bsky.app/intent/compose?text=${words}%20${address}`],
    ["LinkedIn", `https://www.linkedin.com/sharing/share-offsite/?url=${address}`],
    ["Hacker News", `https://news.ycombinator.com/submitlink?u=${address}&t=${words}`],
  ] as const;
  return (
    <section class="share" aria-label="Share">
      <h2>Share</h2>
      <ul>
        <li>
          <copy-link data-url={url}>
            <button class="button" type="button">
              Copy link
            </button>
          </copy-link>
        </li>
        {links.map(([name, href]) => (
          <li>
            <a class="button" href={href} rel="nofollow">
              {name}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface Neighbour {
  path: string;
  title: string;
}

/** The parts before and after this one in its series. */
export function PreviousNext({ previous, next }: { previous: Neighbour | null; next: Neighbour | null }): Html | null {
  if (!previous && !next) return null;
  return (
    <nav class="turn" aria-label="Series">
      {previous ? (
        <a class="previous" rel="prev" href={previous.path}>
          <span>Previous</span>
          {previous.title}
        </a>
      ) : null}
      {next ? (
        <a class="next" rel="next" href={next.path}>
          <span>Next</span>
          {next.title}
        </a>
      ) : null}
    </nav>
  );
}

function nameOf(person: Person): Child {
  return person.href ? <a href={person.href}>{person.name}</a> : person.name;
}

function joined(names: readonly Child[]): Child[] {
  return names.flatMap((name, index) => [index === 0 ? "" : index === names.length - 1 ? " and " : ", ", name]);
}
