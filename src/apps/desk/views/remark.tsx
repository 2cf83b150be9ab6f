import { diffWordsWithSpace } from "diff";
import { nobody, type Thread, type ThreadAnswer } from "#apps/editorial/remarks.ts";
import { Moment } from "#apps/staff/parts.tsx";
import { currentViewer } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { Form, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { lineAt, type Review } from "../review.ts";

interface CardProps {
  thread: Thread;
  review: Review;
}

const stateWords = {
  open: "",
  resolved: "Resolved",
  accepted: "Accepted",
  rejected: "Rejected",
} as const;

/** One remark with its answers, and what can be done about it. */
export function RemarkCard({ thread, review }: CardProps): Html {
  const { id, place, quote, body, author, suggestion, state, settler, isStale, answers } = thread;
  const line = place && lineAt(review.version.source, place.startsAt);
  const isOpen = state === "open";
  return (
    <article
      class={isOpen ? "remark" : "remark settled"}
      id={`remark-${id}`}
      tabindex="-1"
      aria-label={`${author || nobody}${line === undefined ? "" : ` on line ${line}`}`}
    >
      <header>
        <strong>{author || nobody}</strong>
        {line === undefined ? null : <a href={`#line-${line}`}>line {line}</a>}
        <Moment at={thread.createdAt} />
      </header>
      {isOpen ? null : (
        <p>
          <span class="badge">{stateWords[state]}</span> <small>by {settler || nobody}</small>
        </p>
      )}
      {place?.isChanged === false ? null : <p class="remark-quote">{quote}</p>}
      {body === "" ? null : <Said>{body}</Said>}
      {suggestion === null ? null : <Suggested quote={quote} suggestion={suggestion} />}
      {isOpen && isStale ? (
        <p class="remark-stale">Other words stand there now, so this can be taken over by hand only.</p>
      ) : null}
      {isOpen ? <Deeds thread={thread} review={review} /> : <Reopen thread={thread} review={review} />}
      {answers.length === 0 ? null : (
        <ol class="remark-answers" aria-label="Answers">
          {answers.map((answer, index) => (
            <li id={`remark-${answer.id}`}>
              <header>
                <strong>{answer.author || nobody}</strong>
                <Moment at={answer.createdAt} />
              </header>
              <Said>{answer.body}</Said>
              {isOpen && index === answers.length - 1 ? <Own said={answer} review={review} /> : null}
            </li>
          ))}
        </ol>
      )}
      {isOpen ? (
        <div class="remark-mores">
          {review.canReview || review.canWrite ? <AnswerForm thread={thread} review={review} /> : null}
          {answers.length === 0 ? <Own said={thread} review={review} suggestion={suggestion} /> : null}
        </div>
      ) : null}
    </article>
  );
}

function Said({ children }: { children: Child }): Html {
  return <p class="remark-said">{children}</p>;
}

/** What would go and what would come, word by word. */
function Suggested({ quote, suggestion }: { quote: string; suggestion: string }): Html {
  const changes = diffWordsWithSpace(quote, suggestion, { maxEditLength: 500 }) ?? [
    { value: quote, removed: true, added: false },
    { value: suggestion, removed: false, added: true },
  ];
  return (
    <p class="remark-suggested">
      {changes.map(({ value, added, removed }) =>
        added ? <ins>{value}</ins> : removed ? <del>{value}</del> : <span>{value}</span>,
      )}
    </p>
  );
}

function Deeds({ thread, review }: CardProps): Html | null {
  const { suggestion, isStale } = thread;
  const mayResolve = review.canWrite || (review.canReview && isOwn(thread));
  if (suggestion === null || !review.canWrite)
    return mayResolve ? (
      <div class="remark-deeds">
        <StateForm
          thread={thread}
          review={review}
          state="resolved"
          words={suggestion === null ? "Resolve" : "Withdraw"}
        />
      </div>
    ) : null;
  return (
    <div class="remark-deeds">
      {isStale ? null : <StateForm thread={thread} review={review} state="accepted" words="Accept" />}
      <StateForm thread={thread} review={review} state="rejected" words="Reject" />
    </div>
  );
}

function Reopen({ thread, review }: CardProps): Html | null {
  const mayReopen = thread.state !== "accepted" && (review.canWrite || (review.canReview && isOwn(thread)));
  return mayReopen ? (
    <div class="remark-deeds">
      <StateForm thread={thread} review={review} state="open" words="Reopen" />
    </div>
  ) : null;
}

function StateForm({ thread, review, state, words }: CardProps & { state: Thread["state"]; words: string }): Html {
  return (
    <Form action={urls.deskRemark({ id: String(thread.id) })} method="patch" kind="inline">
      <Show review={review} />
      <input type="hidden" name="state" value={state} />
      <Submit tone={state === "accepted" ? "primary" : "quiet"}>{words}</Submit>
    </Form>
  );
}

function AnswerForm({ thread, review }: CardProps): Html {
  const field = `answer-${thread.id}`;
  return (
    <details class="remark-more">
      <summary>Answer</summary>
      <Form action={urls.deskRemark({ id: String(thread.id) })}>
        <Show review={review} />
        <textarea
          class="input"
          id={field}
          name="body"
          rows={3}
          maxlength={5000}
          required
          aria-label="Your answer"
        ></textarea>
        <Submit>Send</Submit>
      </Form>
    </details>
  );
}

interface OwnProps {
  said: Pick<ThreadAnswer, "id" | "body" | "authorId">;
  review: Review;
  suggestion?: string | null;
}

/** Changes and takes back what one has said oneself, as long as nobody has answered. */
function Own({ said, review, suggestion = null }: OwnProps): Html | null {
  const { id, body } = said;
  const action = urls.deskRemark({ id: String(id) });
  if (!isOwn(said) && !may(currentViewer(), "desk.publish")) return null;
  return (
    <details class="remark-more">
      <summary>Change</summary>
      <Form action={action} method="patch">
        <Show review={review} />
        <textarea class="input" name="body" rows={3} maxlength={5000} aria-label="What to say">
          {body}
        </textarea>
        {suggestion === null ? null : (
          <textarea class="input" name="suggestion" rows={3} maxlength={5000} aria-label="Words to suggest">
            {suggestion}
          </textarea>
        )}
        <Submit tone="quiet">Save</Submit>
      </Form>
      <Form action={action} method="delete" kind="inline">
        <Submit tone="bad">Delete</Submit>
      </Form>
    </details>
  );
}

function Show({ review: { show } }: { review: Review }): Html {
  return <input type="hidden" name="show" value={show} />;
}

function isOwn({ authorId }: { authorId: number | null }): boolean {
  const { id } = currentViewer();
  return id !== null && authorId === id;
}
