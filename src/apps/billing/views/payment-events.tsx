import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import { Field } from "#ui/form.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { providerNames } from "../names.ts";
import { eventStates, type EventRow, type EventSearch } from "../told.ts";
import { OutcomeBadge, PaymentTabs } from "./payment-parts.tsx";

export interface PaymentEventsPageProps {
  search: EventSearch;
  events: readonly EventRow[];
  /** Where the next page begins. */
  next: number | undefined;
}

/** What payment providers told, newest first, and what became of it. */
export function PaymentEventsPage({ search, events, next }: PaymentEventsPageProps): Html {
  const { state, provider, q } = search;
  return (
    <StaffPage title="Payment events" current={urls.staffPaymentEvents()} styles={["control.css"]}>
      <PaymentTabs current={urls.staffPaymentEvents()} />
      <form class="filters" action={urls.staffPaymentEvents()} role="search" aria-label="Payment events">
        <Choice label="What became of it" name="state" values={eventStates} chosen={state} />
        <Choice label="Provider" name="provider" values={providerNames} chosen={provider} />
        <Field label="About" name="q" value={q ?? ""} placeholder="sub_…, txn_…, evt_…" />
        <button class="button primary" type="submit">
          Show
        </button>
      </form>
      {events.length === 0 ? (
        <EmptyState title="Nothing">
          <p>
            No provider has told anything that fits. <a href={urls.staffPaymentEvents()}>Show everything</a>
          </p>
        </EmptyState>
      ) : (
        <StaffTable label="Payment events" head={["Came (UTC)", "What", "About", "Provider", "Outcome"]}>
          {events.map((event) => (
            <tr>
              <td>
                <Moment at={event.receivedAt} />
              </td>
              <th scope="row">
                <a href={urls.staffPaymentEvent({ id: String(event.id) })}>{event.kind}</a>
              </th>
              <td class="from-cell">
                {event.objectId === "" ? null : (
                  <a href={urls.staffPaymentEvents({}, { q: event.objectId })}>{event.objectId}</a>
                )}
              </td>
              <td>{event.provider}</td>
              <td class="wide-cell">
                <OutcomeBadge outcome={event.outcome} />
                <small class="clip">{event.explanation}</small>
              </td>
            </tr>
          ))}
        </StaffTable>
      )}
      {next === undefined ? null : (
        <p class="older">
          <a class="button" rel="next" href={urls.staffPaymentEvents({}, { state, provider, q, before: next })}>
            Older events
          </a>
        </p>
      )}
    </StaffPage>
  );
}

function Choice({ label, name, values, chosen }: ChoiceProps): Html {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select class="input" id={name} name={name}>
        <option value="">Anything</option>
        {values.map((value) => (
          <option value={value} selected={value === chosen}>
            {value}
          </option>
        ))}
      </select>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  values: readonly string[];
  chosen: string | undefined;
}
