import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Moment, StaffPage } from "#apps/staff/parts.tsx";
import { Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Verdict } from "../inbox.ts";
import type { PaymentEvent } from "../schema.ts";
import { mayManagePayments, OutcomeBadge } from "./payment-parts.tsx";

export interface PaymentEventPageProps {
  event: PaymentEvent;
  /** What it would do now, where that was asked. */
  explained?: Verdict;
  isReplayed?: boolean;
}

/** One event: what was told, what was done and why; and what doing it once more would change. */
export function PaymentEventPage({ event, explained, isReplayed = false }: PaymentEventPageProps): Html {
  const { id, provider, kind, eventId, objectId, occurredAt, receivedAt, processedAt, outcome, explanation } = event;
  const rows: [name: string, value: Child][] = [
    ["Outcome", <OutcomeBadge outcome={outcome} />],
    ["Why", explanation === "" ? null : <Lines text={explanation} />],
    ["Happened", <Moment at={occurredAt} />],
    ["Came", <Moment at={receivedAt} />],
    ["Carried out", processedAt && <Moment at={processedAt} />],
    ["Provider", provider],
    ["Event", <code>{eventId}</code>],
    ["About", objectId === "" ? null : <a href={urls.staffPaymentEvents({}, { q: objectId })}>{objectId}</a>],
  ];
  const mayManage = mayManagePayments();
  return (
    <StaffPage title={kind} current={urls.staffPaymentEvents()} styles={["control.css"]} crumbs={<Way />}>
      {isReplayed ? <Notice tone="good">It was carried out once more.</Notice> : null}
      {explained === undefined ? null : (
        <Notice title="Carried out now, it would be:">
          <OutcomeBadge outcome={explained.outcome} /> <Lines text={explained.explanation} />
        </Notice>
      )}
      <dl class="known">
        {rows.map(([label, value]) =>
          value === null || value === undefined ? null : (
            <>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </>
          ),
        )}
      </dl>
      {mayManage && event.body !== "" ? (
        <div class="deeds">
          <Deed id={id} act="explain" label="Explain" />
          <Deed id={id} act="replay" label="Replay" isMain={outcome !== "applied"} />
        </div>
      ) : null}
      <section>
        <h2>What was told</h2>
        {event.body === "" ? (
          <p class="soft">It is not kept any more: providers keep it for 90 days, too.</p>
        ) : mayManage ? (
          <section class="long" tabindex="0" aria-label="Body">
            <pre>{pretty(event.body)}</pre>
          </section>
        ) : (
          <p class="soft">Only who manages payments may read it, since it says who people are.</p>
        )}
      </section>
    </StaffPage>
  );
}

function Way(): Html {
  return (
    <nav class="crumbs" aria-label="Way here">
      <ol>
        <li>
          <a href={urls.staffPaymentEvents()}>Payment events</a>
        </li>
      </ol>
    </nav>
  );
}

interface DeedProps {
  id: number;
  act: "explain" | "replay";
  label: string;
  isMain?: boolean;
}

function Deed({ id, act, label, isMain = false }: DeedProps): Html {
  return (
    <Form action={urls.staffPaymentEvent({ id: String(id) })} kind="inline">
      <input type="hidden" name="act" value={act} />
      <button class={isMain ? "button primary" : "button"} type="submit">
        {label}
      </button>
    </Form>
  );
}

function Lines({ text }: { text: string }): Html {
  const [first = "", ...others] = text.split("\n");
  return (
    <>
      {first}
      {others.map((line) => (
        <>
          <br />
          {line}
        </>
      ))}
    </>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
