import type { Told } from "#apps/admin/history.ts";
import { EventPart, FigureList, Ways, type Overview } from "#apps/staff/overview.tsx";
import { Moment, StaffPage } from "#apps/staff/parts.tsx";
import { knownModels } from "#lib/admin.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { Hold } from "#lib/jobs/hold.ts";
import { DayBars } from "#ui/day-bars.tsx";
import { urls } from "#urls.ts";
import { HeldNotice } from "./backups.tsx";
import { chartDays, type Need, type Series } from "../front.ts";

export interface FrontPageProps {
  overview: Overview;
  needs: readonly Need[];
  series: readonly Series[];
  /** For who may enter the admin. */
  changes: readonly Told[] | undefined;
  /** Set in a restored site until it is released. */
  hold: Hold | undefined;
}

/** Where the staff begin: what needs somebody, how the days go, what was done last, and what each may do. */
export function FrontPage({ overview, needs, series, changes, hold }: FrontPageProps): Html {
  const { figures } = overview;
  const bare = figures?.staffWithoutSecondFactor ?? 0;
  const all = [
    ...needs,
    ...(bare > 0
      ? [{ count: bare, what: "of the staff have no second factor", href: urls.staffPeople({}, { standing: "staff" }) }]
      : []),
  ];
  return (
    <StaffPage title="Overview" current={urls.staff()} styles={["control.css"]}>
      {hold === undefined ? null : <HeldNotice hold={hold} />}
      <section>
        <h2>What needs somebody</h2>
        {all.length === 0 ? (
          <p class="soft">Nothing that you may see.</p>
        ) : (
          <ul class="attention">
            {all.map(({ count, what, href }) => (
              <li>
                <strong>{numbers.format(count)}</strong>
                <a href={href}>{what}</a>
              </li>
            ))}
          </ul>
        )}
      </section>
      {figures === undefined ? null : (
        <section>
          <h2>People</h2>
          <FigureList {...figures} />
        </section>
      )}
      {series.length === 0 ? null : (
        <section>
          <h2>The last {chartDays} days</h2>
          <div class="charts">
            {series.map((each) => (
              <Chart {...each} />
            ))}
          </div>
        </section>
      )}
      {changes === undefined || changes.length === 0 ? null : (
        <section>
          <h2>Last actions</h2>
          <Changes changes={changes} />
        </section>
      )}
      <EventPart {...overview} />
      <Ways viewer={overview.viewer} />
    </StaffPage>
  );
}

const numbers = new Intl.NumberFormat("en-GB");

function Chart({ name, href, days }: Series): Html {
  const sum = days.reduce((total, { count }) => total + count, 0);
  return (
    <section>
      <h3>{href === undefined ? name : <a href={href}>{name}</a>}</h3>
      <p>
        {numbers.format(sum)} <small>{numbers.format(days.at(-1)?.count ?? 0)} today</small>
      </p>
      <DayBars label={name} days={days} />
    </section>
  );
}

function Changes({ changes }: { changes: readonly Told[] }): Html {
  return (
    <ul class="plain last-changes">
      {changes.map(({ model, key, title, action, actor, at }) => (
        <li>
          <span>
            <a href={urls.adminHistory({ model, key })}>{title || key}</a>
            <small>{knownModels().get(model)?.one ?? model}</small>
          </span>
          <small>
            {action} by {actor || "somebody"}, <Moment at={at} />
          </small>
        </li>
      ))}
    </ul>
  );
}
