import { StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { CheckState } from "../check-states.ts";
import { shareOf, shownDays, type Incident, type Uptime } from "../uptime.ts";
import { clock, counted, dayOf, percent, spanOf } from "../words.ts";
import { UptimeBars } from "./uptime-bars.tsx";

export interface UptimePageProps {
  uptime: Uptime;
  /** Newest first. */
  incidents: readonly Incident[];
  checks: readonly CheckState[];
}

/** Whether the site answered: as one bar a day, then when it did not, and every day in figures. */
export function UptimePage({ uptime, incidents, checks }: UptimePageProps): Html {
  const open = incidents.find(({ isOpen, problem }) => isOpen && problem !== null);
  return (
    <StaffPage title="Uptime" current={urls.staffUptime()} styles={["uptime.css"]}>
      {uptime.days.length === 0 ? null : <Summary {...uptime} />}
      {open ? (
        <Notice tone="bad" title="It does not answer">
          {open.problem} So it has been since <Moment at={open.from} />.
        </Notice>
      ) : null}
      {uptime.days.length === 0 ? (
        <EmptyState title="Nobody has asked yet">
          <p>
            A worker asks once a minute for the front page: run <code>./manage work</code> or{" "}
            <code>./manage start</code>.
          </p>
        </EmptyState>
      ) : (
        <Figures uptime={uptime} incidents={incidents} />
      )}
      <Checks checks={checks} />
    </StaffPage>
  );
}

function Summary(uptime: Uptime): Html {
  return (
    <p class="uptime-intro">
      <strong>{percent(shareOf(uptime))}</strong> of {counted(uptime.answered + uptime.failed, "minute")} answered in
      the last {shownDays} days; {counted(uptime.failed, "minute")} failed
      {uptime.missing > 0 ? `, ${counted(uptime.missing, "minute")} are missing because nobody asked` : ""}.
    </p>
  );
}

function Figures({ uptime, incidents }: Omit<UptimePageProps, "checks">): Html {
  return (
    <>
      <UptimeBars days={uptime.days} />
      <Part id="incidents" title="When it did not answer">
        {incidents.length === 0 ? <p class="uptime-none">Not once.</p> : <Incidents incidents={incidents} />}
      </Part>
      <Part id="days" title="Day by day">
        <Days days={uptime.days} />
      </Part>
    </>
  );
}

function Incidents({ incidents }: { incidents: readonly Incident[] }): Html {
  return (
    <ol class="uptime-list">
      {incidents.map(({ from, to, minutes, problem, isOpen }) => (
        <li class={problem === null ? "missing" : "wrong"}>
          <strong>{problem ?? "Nobody asked: no worker ran, or the database was away."}</strong>
          <span>
            <Moment at={from} /> to {isOpen ? "now" : <Moment at={to} after={from} />}, {spanOf(minutes)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Days({ days }: Pick<Uptime, "days">): Html {
  return (
    <StaffTable
      label="Days"
      head={["Day", "Answered", "Failed", "Missing", "Median", "95%"]}
      right={[1, 2, 3, 4, 5]}
      kind="uptime-table"
      ofFigures
    >
      {days.toReversed().map(({ day, answered, failed, missing, medianMs, p95Ms }) => (
        <tr>
          <th scope="row">
            <time datetime={day}>{dayOf(day)}</time>
          </th>
          <td class="right">{percent(shareOf({ answered, failed }))}</td>
          <td class="right">{failed === 0 ? "–" : spanOf(failed)}</td>
          <td class="right">{missing === 0 ? "–" : spanOf(missing)}</td>
          <td class="right">{medianMs === null ? "–" : `${medianMs} ms`}</td>
          <td class="right">{p95Ms === null ? "–" : `${p95Ms} ms`}</td>
        </tr>
      ))}
    </StaffTable>
  );
}

function Checks({ checks }: Pick<UptimePageProps, "checks">): Html {
  const asked = Math.max(...checks.map(({ checkedAt }) => checkedAt.getTime()));
  return (
    <Part id="checks" title="Checks">
      {checks.length === 0 ? (
        <p class="uptime-none">
          Nothing has been checked yet; <code>./manage check</code> does it now.
        </p>
      ) : (
        <>
          <ul class="uptime-list">
            {checks.map(({ name, problem, since }) => (
              <li class={problem === null ? "well" : "wrong"}>
                <strong>{name}</strong>
                <span>
                  {problem === null ? "Well" : "Wrong"} since <Moment at={since} />
                </span>
                {problem === null ? null : <p>{problem}</p>}
              </li>
            ))}
          </ul>
          <p class="uptime-none">
            Asked last at <Moment at={new Date(asked)} />. All times are UTC.
          </p>
        </>
      )}
    </Part>
  );
}

function Part({ id, title, children }: { id: string; title: string; children: Child }): Html {
  return (
    <section class="section">
      <div class="section-head">
        <h2 id={id}>{title}</h2>
      </div>
      {children}
    </section>
  );
}

/** Of a time on the same day as the one before it, the hour is enough. */
function Moment({ at, after }: { at: Date; after?: Date }): Html {
  const [day, hour] = clock(at).split(" ");
  return (
    <time datetime={at.toISOString()}>{after && clock(after).startsWith(day ?? "") ? hour : `${day} ${hour}`}</time>
  );
}
