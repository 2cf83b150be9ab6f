import { StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { Links } from "#ui/links.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { numberNames, type NumberName } from "../../numbers/history.ts";
import type { Cohort, Figure, MonthFigures, Numbers, Share } from "../../numbers/numbers.ts";
import { countryName, monthName, words } from "../../numbers/words.ts";
import { MonthBars, MoveBars } from "./charts.tsx";

interface NumbersPageProps {
  /** The one most used first. */
  currencies: readonly string[];
  currency: string | undefined;
  numbers: Numbers | undefined;
}

/** How the business goes: one currency at a time, nothing is converted. */
export function NumbersPage({ currencies, currency, numbers }: NumbersPageProps): Html {
  if (currency === undefined || numbers === undefined) {
    return (
      <StaffPage title="Numbers" current={urls.staffNumbers()} styles={["numbers.css"]}>
        <EmptyState title="Nobody has paid yet">
          <p>
            Once somebody does, this page shows how it goes. <a href={urls.join()}>See what they can join</a>
          </p>
        </EmptyState>
      </StaffPage>
    );
  }
  const { months, byPlan, byCountry, cohorts } = numbers;
  return (
    <StaffPage
      title="Numbers"
      current={urls.staffNumbers()}
      styles={["numbers.css"]}
      aside={<a href={urls.staffNumbers({}, { currency, format: "csv" })}>Export as CSV</a>}
    >
      {currencies.length < 2 ? null : <Currencies currencies={currencies} current={currency} />}
      <Now months={months} currency={currency} />
      <section>
        <h2>Recurring revenue</h2>
        <MonthBars
          label="Recurring revenue, month by month"
          bars={months.map(({ month, figures: { recurring } }) => ({
            title: `${monthName(month)}: ${formatMoney(recurring.amount, currency)}`,
            value: recurring.amount,
            href: rowsOf("recurring", { currency, month }),
          }))}
        />
        <Axis months={months} />
      </section>
      <section>
        <h2>What came and what went</h2>
        <MoveBars
          label="New and churned recurring revenue, month by month"
          months={months.map(({ month, figures: { new: fresh, churned } }) => ({
            up: {
              title: `${monthName(month)}: ${formatMoney(fresh.amount, currency)} new`,
              value: fresh.amount,
              href: rowsOf("new", { currency, month }),
            },
            down: {
              title: `${monthName(month)}: ${formatMoney(churned.amount, currency)} churned`,
              value: churned.amount,
              href: rowsOf("churned", { currency, month }),
            },
          }))}
        />
        <Axis months={months} />
        <p class="number-keys">
          <span class="up">new, above the line</span> <span class="down">churned, below it</span>
        </p>
      </section>
      <section>
        <h2>Month by month</h2>
        <Months months={months} currency={currency} />
      </section>
      <div class="pair">
        <Shares
          title="By plan"
          shares={byPlan}
          currency={currency}
          hrefOf={(share) => sharesOf({ plan: share.slug })}
        />
        <Shares
          title="By country"
          shares={byCountry.map((share) => ({ ...share, name: countryName(share.name) }))}
          currency={currency}
          hrefOf={(share) => sharesOf({ country: share.slug })}
        />
      </div>
      <Cohorts cohorts={cohorts} />
      <Meanings />
    </StaffPage>
  );

  function sharesOf(narrowed: { plan?: string; country?: string }): string {
    return urls.staffNumber({ number: "recurring" }, { currency, ...narrowed });
  }
}

function rowsOf(number: NumberName, { currency, month }: { currency: string; month: string }): string {
  return urls.staffNumber({ number }, { currency, month });
}

const hrefOf = (currency: string): string => urls.staffNumbers({}, { currency });

function Currencies({ currencies, current }: { currencies: readonly string[]; current: string }): Html {
  return (
    <nav class="chips" aria-label="Currency">
      <Links links={currencies.map((name) => ({ name, href: hrefOf(name) }))} current={hrefOf(current)} />
    </nav>
  );
}

function Now({ months, currency }: { months: readonly MonthFigures[]; currency: string }): Html {
  const [before, now] = [months.at(-2), months.at(-1)];
  const month = now?.month ?? "";
  const { recurring, revenue, new: fresh, churned } = now?.figures ?? {};
  const figure = (label: string, number: NumberName, value: Child, hint: Child): Html => (
    <div>
      <dt>{label}</dt>
      <dd>
        <a href={rowsOf(number, { currency, month })}>{value}</a>
        <small>{hint}</small>
      </dd>
    </div>
  );
  const money = (amount = 0): string => formatMoney(amount, currency);
  return (
    <dl class="figures number-figures">
      {figure(
        "Recurring revenue",
        "recurring",
        money(recurring?.amount),
        `${money(before?.figures.recurring.amount)} at the end of last month`,
      )}
      {figure("Paying", "recurring", recurring?.count ?? 0, recurring?.count === 1 ? "subscription" : "subscriptions")}
      {figure(
        "Taken in this month",
        "revenue",
        money(revenue?.amount),
        revenue?.count === 1 ? "one payment" : `${revenue?.count ?? 0} payments`,
      )}
      {figure("New this month", "new", fresh?.count ?? 0, money(fresh?.amount))}
      {figure("Churned this month", "churned", churned?.count ?? 0, money(churned?.amount))}
    </dl>
  );
}

function Axis({ months }: { months: readonly MonthFigures[] }): Html {
  return (
    <p class="number-axis" aria-hidden="true">
      <span>{monthName(months[0]?.month ?? "")}</span>
      <span>now</span>
    </p>
  );
}

function Months({ months, currency }: { months: readonly MonthFigures[]; currency: string }): Html {
  return (
    <StaffTable
      label="Month by month"
      head={["Month", ...numberNames.map((name) => words[name].short)]}
      right={numberNames.map((_name, index) => index + 1)}
    >
      {months.toReversed().map(({ month, figures }) => (
        <tr>
          <th scope="row" class="nowrap">
            {monthName(month)}
          </th>
          {numberNames.map((name) => (
            <td class="right nowrap">
              <FigureCell figure={figures[name]} {...{ name, month, currency }} />
            </td>
          ))}
        </tr>
      ))}
    </StaffTable>
  );
}

interface FigureCellProps {
  figure: Figure;
  name: NumberName;
  month: string;
  currency: string;
}

function FigureCell({ figure: { count, amount }, name, month, currency }: FigureCellProps): Html {
  if (count === 0) return <span class="none">–</span>;
  const { isMoney, short } = words[name];
  const shown = isMoney ? formatMoney(amount, currency) : count;
  return (
    <>
      <a href={rowsOf(name, { currency, month })} aria-label={`${short}, ${monthName(month)}: ${shown}`}>
        {shown}
      </a>
      {isMoney ? <small>{count}</small> : null}
    </>
  );
}

interface SharesProps {
  title: string;
  shares: readonly Share[];
  currency: string;
  hrefOf: (share: Share) => string;
}

function Shares({ title, shares, currency, hrefOf }: SharesProps): Html {
  const all = shares.reduce((sum, { amount }) => sum + amount, 0);
  return (
    <section>
      <h2>{title}</h2>
      {shares.length === 0 ? (
        <p class="soft">Nobody pays again and again just now.</p>
      ) : (
        <ul class="plain shares">
          {shares.map((share) => (
            <li>
              <a href={hrefOf(share)}>{share.name || "unknown"}</a>
              <span>
                {formatMoney(share.amount, currency)} <small>{share.count}</small>
              </span>
              <progress
                max={Math.max(1, all)}
                value={share.amount}
                aria-label={`The part of ${share.name || "unknown"}`}
              >
                {all === 0 ? "0%" : `${Math.round((share.amount / all) * 100)}%`}
              </progress>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Cohorts({ cohorts }: { cohorts: readonly Cohort[] }): Html | null {
  if (cohorts.length === 0) return null;
  const most = Math.max(...cohorts.map(({ kept }) => kept.length));
  return (
    <section>
      <h2>Who stays</h2>
      <p class="lede-line">Of those who first paid in a month, how many still paid so many months later.</p>
      <StaffTable
        label="Who stays"
        head={["First paid", "How many", ...Array.from({ length: most }, (_, index) => String(index))]}
        right={Array.from({ length: most + 1 }, (_, index) => index + 1)}
      >
        {cohorts.map(({ month, size, kept }) => (
          <tr class="cohort">
            <th scope="row" class="nowrap">
              {monthName(month)}
            </th>
            <td class="right">{size}</td>
            {Array.from({ length: most }, (_, index) => {
              const count = kept[index];
              if (count === undefined) return <td></td>;
              return <td class={`heat-${Math.round((count / size) * 10)}`}>{Math.round((count / size) * 100)}%</td>;
            })}
          </tr>
        ))}
      </StaffTable>
    </section>
  );
}

function Meanings(): Html {
  return (
    <section>
      <h2>What they mean</h2>
      <dl class="known">
        {numberNames.map((name) => (
          <>
            <dt>{words[name].title}</dt>
            <dd>{words[name].about}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
