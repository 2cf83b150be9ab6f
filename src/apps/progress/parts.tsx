import type { Article } from "#apps/catalog/articles.ts";
import { csrfToken } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { Icon } from "#ui/icon.tsx";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import type { ReadingState } from "./readings.ts";

interface Shown {
  article: Pick<Article, "id" | "path" | "kind" | "isOpen" | "headings">;
  /** Where the reader stands; undefined for one who is not signed in, and so on pages that are kept for everybody. */
  reading: ReadingState | undefined;
}

/** Where a page has what depends on where its reader stands: at once, or in a page in pieces. */
export type ByReading = (part: (reading: ReadingState | undefined) => Child) => Child;

/** What a reader can do with an entry, for the places of an `<ArticlePage>`. */
export function entryActionsOf(article: Shown["article"], byReading: ByReading) {
  return {
    tools: byReading((reading) => <SaveForLater article={article} reading={reading} />),
    resume: byReading((reading) => <Resume article={article} reading={reading} />),
    ending: byReading((reading) => <Completion article={article} reading={reading} />),
  };
}

/** Puts an entry on the reader's list, or takes it off again. */
export function SaveForLater({ article: { id, path }, reading }: Shown): Html {
  if (reading === undefined) {
    return (
      <SignInFirst next={path}>
        <Icon name="bookmark" /> Save for later
      </SignInFirst>
    );
  }
  return (
    <Switch
      action={urls.bookmark({ id: String(id) })}
      isOn={reading.savedAt !== null}
      off={
        <button class="button" type="submit">
          <Icon name="bookmark" /> Save for later
        </button>
      }
      on={
        <button class="button on" type="submit" aria-label="Saved: remove it from your list">
          <Icon name="bookmark" /> Saved
        </button>
      }
    />
  );
}

/** At the end of a text: it is done, or not yet. */
export function Completion({ article: { id, path, kind, isOpen }, reading }: Shown): Html | null {
  if (!isOpen) return null;
  return (
    <section class="completion" id="site-completion" aria-label="Your progress">
      {reading === undefined ? (
        <SignInFirst next={`${path}#site-completion`}>
          <Icon name="check" /> Mark as completed
        </SignInFirst>
      ) : (
        <Switch
          action={urls.completion({ id: String(id) })}
          isOn={reading.completedAt !== null}
          off={
            <button class="button primary" type="submit">
              <Icon name="check" /> Mark as completed
            </button>
          }
          on={
            <>
              <p>
                <Icon name="check" />
                <span>
                  You completed this {kind} on <Day at={reading.completedAt ?? new Date()} />.
                </span>
              </p>
              <button class="quiet-button" type="submit" aria-label="Undo: not completed yet">
                Undo
              </button>
            </>
          }
        />
      )}
    </section>
  );
}

/** Where the reader stopped the last time, on whatever device; and what notes where they are now. */
export function Resume({ article: { id, isOpen, headings }, reading }: Shown): Html | null {
  if (reading === undefined || !isOpen) return null;
  // Only a section that the text still has can be gone on with.
  const section = reading.completedAt ? undefined : headings.find((heading) => heading.id === reading.anchor);
  return (
    <reading-position data-url={urls.position({ id: String(id) })} data-csrf={csrfToken()}>
      {section ? (
        <p class="resume">
          You stopped at “{section.text}”. <a href={`#${section.id}`}>Continue there</a>
        </p>
      ) : null}
    </reading-position>
  );
}

interface SwitchProps {
  /** What is made by POST and removed by DELETE. */
  action: string;
  isOn: boolean;
  off: Child;
  on: Child;
}

/** One of two forms is shown; a script changes them in place, without it the page comes again. */
function Switch({ action, isOn, off, on }: SwitchProps): Html {
  return (
    <state-switch>
      <div hidden={isOn}>
        <Form action={action} kind="inline">
          {off}
        </Form>
      </div>
      <div hidden={!isOn}>
        <Form action={action} method="delete" kind="inline">
          {on}
        </Form>
      </div>
    </state-switch>
  );
}

function SignInFirst({ next, children }: { next: string; children: Child }): Html {
  return (
    <a class="button" href={urls.signIn({}, { next })} rel="nofollow">
      {children}
    </a>
  );
}
