import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import { currentViewer } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { Form } from "#ui/form.tsx";
import { Links } from "#ui/links.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Alert } from "../alerts.ts";
import type { CheckState } from "../check-states.ts";
import { errorStandings, isMended, placeOf, titleOf, type ErrorGroup, type ErrorStanding } from "../errors/groups.ts";
import { Crumb, Long } from "./parts.tsx";

export interface ErrorsPageProps {
  standing: ErrorStanding;
  /** Newest first. */
  errors: readonly ErrorGroup[];
  /** Checks that find something wrong now. */
  wrong: readonly CheckState[];
  /** What was told last. */
  told: readonly Alert[];
}

/** What is wrong now, then what went wrong, one row however often it did. */
export function ErrorsPage({ standing, errors, wrong, told }: ErrorsPageProps): Html {
  const hrefOf = (each: typeof standing): string => urls.staffErrors({}, { standing: each });
  return (
    <StaffPage title="Errors" current={urls.staffErrors()} styles={["control.css"]}>
      {wrong.length === 0 ? null : (
        <section>
          <h2>Wrong now</h2>
          <ul class="troubles">
            {wrong.map(({ name, problem, since }) => (
              <li>
                <strong>{name}</strong>
                <p>{problem}</p>
                <small>
                  since <Moment at={since} />
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2>By kind</h2>
        <nav class="chips" aria-label="Errors by state">
          <Links links={errorStandings.map((name) => ({ name, href: hrefOf(name) }))} current={hrefOf(standing)} />
        </nav>
        {errors.length === 0 ? (
          <EmptyState title={standing === "open" ? "No error is open" : "There is none"}>
            <p>What a process logs as an error is counted here within seconds.</p>
          </EmptyState>
        ) : (
          <StaffTable
            label="Errors"
            head={["Error", "Where last", "Times", "First (UTC)", "Last (UTC)", ""]}
            right={[2]}
          >
            {errors.map((error) => (
              <tr>
                <th scope="row" class="wide-cell">
                  <a class="clip" href={urls.staffError({ fingerprint: error.fingerprint })}>
                    {titleOf(error) || "An error without words"}
                  </a>
                </th>
                <td class="clip">{placeOf(error)}</td>
                <td class="right">{error.count}</td>
                <td>
                  <Moment at={error.firstSeenAt} />
                </td>
                <td>
                  <Moment at={error.lastSeenAt} />
                </td>
                <td>
                  <Standing error={error} />
                </td>
              </tr>
            ))}
          </StaffTable>
        )}
      </section>
      {told.length === 0 ? null : (
        <section>
          <h2>Told last</h2>
          <StaffTable label="Alerts" head={["Raised (UTC)", "Alert", "Handed over (UTC)"]}>
            {told.map(({ title, kind, raised, raisedAt, sentAt }) => (
              <tr>
                <td>
                  <Moment at={raisedAt} />
                </td>
                <th scope="row" class="wide-cell">
                  {title} {kind === "mended" ? <span class="badge">mended</span> : null}
                </th>
                <td>
                  {sentAt === null ? "not yet" : <Moment at={sentAt} />}
                  {raised > 0 ? <small>{raised} waiting</small> : null}
                </td>
              </tr>
            ))}
          </StaffTable>
        </section>
      )}
    </StaffPage>
  );
}

/** One kind of error: how often, where, and the way through the code that led to it. */
export function ErrorPage({ error }: { error: ErrorGroup }): Html {
  const mended = isMended(error);
  const rows: [name: string, value: Child][] = [
    ["State", <Standing error={error} />],
    ["Times", String(error.count)],
    ["First", <Moment at={error.firstSeenAt} />],
    ["Last", <Moment at={error.lastSeenAt} />],
    ...Object.entries(error.context),
    ["Fingerprint", <code>{error.fingerprint}</code>],
  ];
  return (
    <StaffPage
      title={error.type || "Error"}
      current={urls.staffErrors()}
      styles={["control.css"]}
      crumbs={<Crumb label="Errors" href={urls.staffErrors()} />}
    >
      <Long label="Message">{error.message}</Long>
      <dl class="known">
        {rows.map(([label, value]) => (
          <>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      {may(currentViewer(), "operations.manage") ? (
        <div class="deeds">
          <Form action={urls.staffError({ fingerprint: error.fingerprint })} kind="inline">
            <input type="hidden" name="act" value={mended ? "reopen" : "resolve"} />
            <button class={mended ? "button" : "button primary"} type="submit">
              {mended ? "It is not mended after all" : "Mark as mended"}
            </button>
          </Form>
        </div>
      ) : null}
      <section>
        <h2>Stack</h2>
        <Long label="Stack">{error.stack || "None was logged."}</Long>
      </section>
    </StaffPage>
  );
}

function Standing({ error }: { error: ErrorGroup }): Html | null {
  if (isMended(error)) return <span class="badge">mended</span>;
  return error.resolvedAt === null ? <span class="badge warn">open</span> : <span class="badge bad">is back</span>;
}
