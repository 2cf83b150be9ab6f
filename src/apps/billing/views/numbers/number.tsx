import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import { currentViewer } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { may } from "#lib/viewer.ts";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { NumberName } from "../../numbers/history.ts";
import type { NumberRow } from "../../numbers/numbers.ts";
import { countryName, monthName, words } from "../../numbers/words.ts";

interface NumberPageProps {
  number: NumberName;
  currency: string;
  month: string;
  plan?: string | undefined;
  country?: string | undefined;
  /** The newest first. */
  rows: readonly NumberRow[];
  hasMore: boolean;
}

/** The rows behind a number. */
export function NumberPage(props: NumberPageProps): Html {
  const { number, currency, month, plan, country, rows, hasMore } = props;
  const { title, about, isMoney } = words[number];
  const sum = rows.reduce((all, { amount }) => all + (amount ?? 0), 0);
  const narrowed = [plan, country === undefined ? undefined : countryName(country)].filter(Boolean).join(", ");
  const file = urls.staffNumber({ number }, { currency, month, plan, country, format: "csv" });
  return (
    <StaffPage
      title={`${title}, ${monthName(month)}`}
      current={urls.staffNumbers()}
      styles={["numbers.css"]}
      aside={rows.length === 0 ? null : <a href={file}>Export as CSV</a>}
      crumbs={
        <nav class="crumbs" aria-label="Way here">
          <ol>
            <li>
              <a href={urls.staffNumbers({}, { currency })}>Numbers</a>
            </li>
          </ol>
        </nav>
      }
    >
      <p class="lede-line">
        {about} In {currency}
        {narrowed === "" ? "" : `; ${narrowed} only`}.
      </p>
      {rows.length === 0 ? (
        <EmptyState title="There is none">
          <p>Nothing of that month counts here.</p>
        </EmptyState>
      ) : (
        <StaffTable
          label={title}
          head={["Who", "What", "Country", "When (UTC)", ...(isMoney ? [currency] : [])]}
          right={[4]}
        >
          {rows.map((row) => (
            <Row row={row} currency={currency} isMoney={isMoney} />
          ))}
          {isMoney && !hasMore ? (
            <tr class="sum-row">
              <th scope="row">{rows.length === 1 ? "One" : `All ${rows.length}`}</th>
              <td colspan="3"></td>
              <td class="right">{formatMoney(sum, currency)}</td>
            </tr>
          ) : null}
        </StaffTable>
      )}
      {hasMore ? <p class="older soft">There are more: the export has all of them.</p> : null}
    </StaffPage>
  );
}

function Row({ row, currency, isMoney }: { row: NumberRow; currency: string; isMoney: boolean }): Html {
  const { at, amount, userId, person, what, country, reference } = row;
  const mayOpen = userId !== null && may(currentViewer(), "members.view");
  return (
    <tr>
      <th scope="row">
        {mayOpen ? (
          <a href={urls.staffMember({ id: String(userId) })}>{person}</a>
        ) : (
          person || "an account that is gone"
        )}
        <small class="from-cell">{reference}</small>
      </th>
      <td>{what || "unknown"}</td>
      <td>{countryName(country) || "unknown"}</td>
      <td>
        <Moment at={at} />
      </td>
      {isMoney ? <td class="right nowrap">{formatMoney(amount ?? 0, currency)}</td> : null}
    </tr>
  );
}
