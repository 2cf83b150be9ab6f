import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { eventKinds } from "#apps/accounts/security-events.ts";
import { Field } from "#ui/form.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { EventRow, EventSearch } from "../events.ts";
import { StaffPage } from "../parts.tsx";
import { EventTable } from "./event-table.tsx";

export interface EventsPageProps {
  search: EventSearch;
  events: readonly EventRow[];
  /** Where the next page begins. */
  next: number | undefined;
  devices: ReadonlyMap<string, string>;
}

/** What happened to accounts and at the door, newest first. */
export function EventsPage({ search, events, next, devices }: EventsPageProps): Html {
  const { kind, person, ip, from, to } = search;
  return (
    <StaffPage title="Security events" current={urls.staffEvents()}>
      <form class="filters" action={urls.staffEvents()} role="search" aria-label="Security events">
        <div class="field">
          <label for="kind">What</label>
          <select class="input" id="kind" name="kind">
            <option value="">Anything</option>
            {Object.entries(eventKinds).map(([name, words]) => (
              <option value={name} selected={name === kind}>
                {words}
              </option>
            ))}
          </select>
        </div>
        <Field label="Person" name="person" value={person ?? ""} placeholder="Address or number" />
        <Field label="From where" name="ip" value={ip ?? ""} placeholder="192.0.2." />
        <Field label="From day" name="from" type="date" value={from ?? ""} />
        <Field label="To day" name="to" type="date" value={to ?? ""} />
        <button class="button primary" type="submit">
          Show
        </button>
      </form>
      {events.length === 0 ? (
        <EmptyState title="Nothing">
          <p>
            Nothing that fits has happened. <a href={urls.staffEvents()}>Show everything</a>
          </p>
        </EmptyState>
      ) : (
        <EventTable events={events} devices={devices} />
      )}
      {next === undefined ? null : (
        <p class="older">
          <a class="button" rel="next" href={urls.staffEvents({}, { kind, person, ip, from, to, before: next })}>
            Older events
          </a>
        </p>
      )}
    </StaffPage>
  );
}
