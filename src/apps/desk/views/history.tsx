import { Moment } from "#apps/staff/parts.tsx";
import type { EventDetails, HistoryRow } from "#apps/editorial/manuscripts.ts";
import type { DeskEventKind } from "#apps/editorial/schema.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";

const sentences: Record<DeskEventKind, (details: EventDetails) => string> = {
  moved: ({ from, to }) => `moved it from ${from} to ${to}`,
  assigned: ({ toId, to, due }) =>
    `${toId === null ? "took it out of everybody's hands" : `put it into the hands of ${to ?? "somebody who has left"}`}${due === null ? "" : `, due on ${due}`}`,
  checked: ({ item }) => `ticked off “${item}”`,
  unchecked: ({ item }) => `took back “${item}”`,
  approved: ({ number }) => `approved version ${number}`,
  published: ({ number, scheduled, errors }) =>
    scheduled === undefined
      ? `published version ${number}${unread(errors)}`
      : `had version ${number} published, as scheduled`,
  scheduled: ({ number, at, errors }) => `scheduled version ${number} for ${timeOf(at)}${unread(errors)}`,
  unscheduled: () => "took the schedule back",
  embargoed: ({ until }) => (until === null ? "lifted the embargo" : `put it under embargo until ${timeOf(until)}`),
  unpublished: () => "took it back from the public",
  retired: ({ to }) => (to === "" ? "retired it" : `retired it in favour of ${to}`),
  changed: ({ words }) => `changed what is said of it, with others: ${words}`,
  restored: ({ number }) => `restored version ${number}`,
};

/** What happened to an entry, the latest first. */
export function History({ history }: { history: readonly HistoryRow[] }): Html {
  return (
    <section>
      <h2>History</h2>
      {history.length === 0 ? <p class="soft">Nothing has happened on the desk yet.</p> : null}
      <ol class="desk-history">
        {history.map(({ kind, details, at, actor, to }) => (
          <li class={kind}>
            <p>
              <strong>{actor ?? "Somebody"}</strong>{" "}
              {sentences[kind](kind === "assigned" ? { ...details, to } : details)}
            </p>
            <Reason text={details["note"] ?? details["reason"]} />
            <small>
              <Moment at={at} />
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Reason({ text }: { text: string | number | null | undefined }): Html | null {
  return typeof text === "string" && text !== "" ? <blockquote>{text}</blockquote> : null;
}

function unread(errors: string | number | null | undefined): string {
  return errors === null ? ", before the linter had read it" : "";
}

function timeOf(at: string | number | null | undefined): string {
  return `${String(at).slice(0, 16).replace("T", " ")} UTC`;
}
