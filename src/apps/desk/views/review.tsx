import { Form, FormError, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { Moment } from "#apps/staff/parts.tsx";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";
import type { Chosen, Review, ReviewLine } from "../review.ts";
import { DeskPage } from "./desk-page.tsx";
import { RemarkCard } from "./remark.tsx";

export interface ReviewPageProps {
  review: Review;
  /** The version that has the suggestion which was just accepted. */
  saved?: number | undefined;
  problem?: string;
}

/** A text by its lines, and beside each what was said of it. */
export function ReviewPage({ review, saved, problem }: ReviewPageProps): Html {
  const { entryId, version, newestNumber, lines, lost, show, canReview } = review;
  const id = String(entryId);
  return (
    <DeskPage title={version.title} scripts={["desk-review.js"]} aside={<Ways id={id} canWrite={review.canWrite} />}>
      <p class="lede-line">
        {version.number === newestNumber ? "Version" : "An older version:"} {version.number},{" "}
        <Moment at={version.createdAt} />
        {version.author ? ` by ${version.author}` : ""}
        {version.number === newestNumber ? "" : ". "}
        {version.number === newestNumber ? null : (
          <a href={urls.deskRemarks({ id }, { show: wanted(show) })}>See the newest</a>
        )}
      </p>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      {saved === undefined ? null : <Notice tone="good">Version {saved} has the suggestion.</Notice>}
      <div class="review-bar">
        <Filter review={review} />
        {canReview ? <ChooseLines review={review} /> : null}
      </div>
      <text-review
        data-address={urls.deskRemarks({ id })}
        data-number={version.number}
        data-select={canReview ? "" : undefined}
      >
        <ol class="review">
          {lines.map((line) => (
            <Line line={line} review={review} />
          ))}
        </ol>
      </text-review>
      {lost.length === 0 ? null : (
        <section class="review-lost">
          <h2>Their place is gone</h2>
          <p class="soft">What these were said of does not stand in this version any more.</p>
          {lost.map((thread) => (
            <RemarkCard thread={thread} review={review} />
          ))}
        </section>
      )}
    </DeskPage>
  );
}

function Ways({ id, canWrite }: { id: string; canWrite: boolean }): Html {
  return (
    <p class="review-ways">
      <a href={urls.deskEntry({ id })}>Overview</a>
      {canWrite ? <a href={urls.deskEditor({ id })}>Editor</a> : null}
      <a href={urls.deskRevisions({ id })}>Versions</a>
    </p>
  );
}

function Filter({ review: { entryId, version, newestNumber, show, counts } }: { review: Review }): Html {
  const number = version.number === newestNumber ? undefined : version.number;
  const choices = [
    { name: "Open", which: "open", count: counts.open },
    { name: "All", which: "all", count: counts.all },
  ] as const;
  return (
    <nav class="review-filter" aria-label="Remarks">
      {choices.map(({ name, which, count }) => (
        <a
          href={urls.deskRemarks({ id: String(entryId) }, { number, show: wanted(which) })}
          aria-current={which === show ? "true" : undefined}
        >
          {name} <span>{count}</span>
        </a>
      ))}
      <p class="review-keys" hidden>
        <kbd>n</kbd> next, <kbd>p</kbd> previous
      </p>
    </nav>
  );
}

/** Chooses lines without a script, and by the keyboard. */
function ChooseLines({ review: { entryId, version, lines, chosen, show } }: { review: Review }): Html {
  const most = String(Math.max(1, lines.length));
  return (
    <form
      class="review-lines"
      action={`${urls.deskRemarks({ id: String(entryId) })}#new-body`}
      aria-label="Choose lines"
    >
      <input type="hidden" name="number" value={version.number} />
      {show === "all" ? <input type="hidden" name="show" value="all" /> : null}
      <label for="from-line">Lines</label>
      <input
        class="input"
        id="from-line"
        name="line"
        type="number"
        min="1"
        max={most}
        required
        value={chosen?.fromLine ?? ""}
      />
      <label for="to-line">to</label>
      <input class="input" id="to-line" name="to" type="number" min="1" max={most} value={chosen?.toLine ?? ""} />
      <button class="button" type="submit">
        Remark on them
      </button>
    </form>
  );
}

function Line({ line, review }: { line: ReviewLine; review: Review }): Html {
  const { number, startsAt, kind, segments, threads } = line;
  const { entryId, version, show, canReview, chosen } = review;
  const isChosen = chosen !== undefined && number >= chosen.fromLine && number <= chosen.toLine;
  const hasForm = isChosen && number === chosen.toLine;
  const href = urls.deskRemarks({ id: String(entryId) }, { number: version.number, show: wanted(show), line: number });
  return (
    <li id={`line-${number}`} class={`is-${kind}${isChosen ? " is-chosen" : ""}`}>
      {canReview ? (
        <a class="review-number" href={`${href}#new-body`} tabindex="-1" aria-label={`Remark on line ${number}`}>
          {number}
        </a>
      ) : (
        <span class="review-number">{number}</span>
      )}
      <p data-at={startsAt}>
        {segments.map(({ text, ids }) => (ids.length === 0 ? text : <mark data-remarks={ids.join(" ")}>{text}</mark>))}
      </p>
      {threads.length === 0 && !hasForm ? null : (
        <div class="review-notes">
          {hasForm ? <NewRemark chosen={chosen} review={review} /> : null}
          {threads.map((thread) => (
            <RemarkCard thread={thread} review={review} />
          ))}
        </div>
      )}
    </li>
  );
}

function NewRemark({ chosen, review: { entryId, version, show } }: { chosen: Chosen; review: Review }): Html {
  const { startsAt, endsAt, quote, fromLine, toLine, values = {}, errors = {} } = chosen;
  const id = String(entryId);
  return (
    <div class="remark new" id="new-remark">
      <Form action={urls.deskRemarks({ id })} label="New remark">
        <FormError errors={errors} />
        <input type="hidden" name="number" value={version.number} />
        <input type="hidden" name="startsAt" value={startsAt} />
        <input type="hidden" name="endsAt" value={endsAt} />
        <p class="remark-quote">{quote}</p>
        <div class="field">
          <label for="new-body">
            {fromLine === toLine ? `On line ${fromLine}` : `On lines ${fromLine} to ${toLine}`}
          </label>
          <textarea class="input" id="new-body" name="body" rows={3} maxlength={5000}>
            {values.body ?? ""}
          </textarea>
        </div>
        <details open={values.suggestion !== undefined && values.suggestion !== quote}>
          <summary>Suggest other words</summary>
          <div class="field">
            <label for="new-suggestion">Instead of what stands there</label>
            <p class="hint" id="new-suggestion-hint">
              Empty it to suggest leaving it out.
            </p>
            <textarea
              class="input"
              id="new-suggestion"
              name="suggestion"
              rows={Math.min(12, Math.max(2, quote.split("\n").length + 1))}
              maxlength={5000}
              aria-describedby="new-suggestion-hint"
            >
              {values.suggestion ?? quote}
            </textarea>
          </div>
        </details>
        <div class="remark-deeds">
          <Submit>Say it</Submit>
          <a class="button" href={`${urls.deskRemarks({ id }, { show: wanted(show) })}#line-${fromLine}`}>
            Cancel
          </a>
        </div>
      </Form>
    </div>
  );
}

// What is shown unless something else is asked for is not in the address.
function wanted(show: Review["show"]): "all" | undefined {
  return show === "all" ? show : undefined;
}
