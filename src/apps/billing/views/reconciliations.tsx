import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import { Form } from "#ui/form.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Provider } from "../provider.ts";
import type { Reconciliation } from "../schema.ts";
import { mayManagePayments, PaymentTabs } from "./payment-parts.tsx";

export interface ReconciliationsPageProps {
  providers: readonly Pick<Provider, "name" | "label">[];
  runs: readonly Reconciliation[];
  isAsked: boolean;
}

/** Comparisons with the providers: what differed, and what was done about it. */
export function ReconciliationsPage({ providers, runs, isAsked }: ReconciliationsPageProps): Html {
  return (
    <StaffPage
      title="Comparisons with providers"
      current={urls.staffPaymentEvents()}
      styles={["control.css"]}
      aside={mayManagePayments() ? <CompareNow providers={providers} /> : null}
    >
      <PaymentTabs current={urls.staffReconciliations()} />
      {isAsked ? <Notice tone="good">It is being compared. What it finds stands here when it is done.</Notice> : null}
      <p class="soft">
        Every night, what is known here is compared with what each provider has. What differs is taken over; what cannot
        be is left, and told.
      </p>
      {runs.length === 0 ? (
        <EmptyState title="Nothing was compared yet">
          <p>The first comparison is made tonight.</p>
        </EmptyState>
      ) : (
        <>
          <StaffTable
            label="Comparisons"
            head={["Began (UTC)", "Provider", "Compared", "Mended", "Left", "Ended"]}
            right={[2, 3, 4]}
          >
            {runs.map((run) => (
              <Run run={run} />
            ))}
          </StaffTable>
          {runs
            .filter(({ drift }) => drift.length > 0)
            .map((run) => (
              <Differences run={run} />
            ))}
        </>
      )}
    </StaffPage>
  );
}

function CompareNow({ providers }: Pick<ReconciliationsPageProps, "providers">): Html {
  return (
    <div class="deeds">
      {providers.map(({ name, label }) => (
        <Form action={urls.staffReconciliations()} kind="inline">
          <input type="hidden" name="provider" value={name} />
          <button class="button primary" type="submit">
            Compare with {label} now
          </button>
        </Form>
      ))}
    </div>
  );
}

function Run({ run }: { run: Reconciliation }): Html {
  const { id, startedAt, finishedAt, provider, compared, drift, error } = run;
  const mended = drift.filter(({ isMended }) => isMended).length;
  const left = drift.length - mended;
  return (
    <tr>
      <th scope="row">
        {drift.length === 0 ? (
          <Moment at={startedAt} />
        ) : (
          <a href={`#run-${id}`}>
            <Moment at={startedAt} />
          </a>
        )}
      </th>
      <td>{provider}</td>
      <td class="right">{compared}</td>
      <td class="right">{mended}</td>
      <td class="right">{left === 0 ? 0 : <span class="badge bad">{left}</span>}</td>
      <td class="wide-cell">
        {finishedAt === null ? <span class="badge warn">under way</span> : <Moment at={finishedAt} />}
        {error === "" ? null : <small>Broken off: {error}</small>}
      </td>
    </tr>
  );
}

function Differences({ run: { id, startedAt, drift } }: { run: Reconciliation }): Html {
  return (
    <section id={`run-${id}`}>
      <h2>
        What differed on <Moment at={startedAt} />
      </h2>
      <StaffTable label={`Differences of comparison ${id}`} head={["What", "Field", "Was here", "At the provider", ""]}>
        {drift.map(({ object, field, ours, theirs, isMended }) => (
          <tr>
            <th scope="row">
              <a href={urls.staffPaymentEvents({}, { q: object.split(" ").at(-1) ?? object })}>{object}</a>
            </th>
            <td>{field}</td>
            <td class="value-cell">{ours || "empty"}</td>
            <td class="value-cell">{theirs || "empty"}</td>
            <td>
              <span class={isMended ? "badge good" : "badge bad"}>{isMended ? "mended" : "left"}</span>
            </td>
          </tr>
        ))}
      </StaffTable>
    </section>
  );
}
