import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import type { Verdict } from "#apps/mail/deciding.ts";
import type { MailingState, Suppression, Trouble } from "#apps/mail/overview.ts";
import type { State } from "#apps/mail/schema.ts";
import { currentViewer } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { DayBars } from "#ui/day-bars.tsx";
import { Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";

export const shownDays = 30;

export interface MailPageProps {
  q: string;
  done: string | undefined;
  /** Whether the viewer may see who mail is for. */
  seesPeople: boolean;
  transport: string;
  states: Partial<Record<State, number>>;
  days: readonly { day: string; count: number }[];
  doubts: readonly Trouble[];
  refused: readonly Trouble[];
  waiting: readonly Trouble[];
  mailings: readonly MailingState[];
  suppressed: { found: readonly Suppression[]; count: number };
}

/** How mail goes: what needs a decision first, what went wrong, mailings under way, and who gets none. */
export function MailPage(props: MailPageProps): Html {
  const { done, transport, states, days, doubts, refused, waiting, mailings, seesPeople } = props;
  const sentence = sentences.get(done ?? "");
  const mayManage = may(currentViewer(), "operations.manage");
  return (
    <StaffPage title="Mail" current={urls.staffMail()} styles={["control.css"]}>
      {sentence === undefined ? null : <Notice tone="good">{sentence}</Notice>}
      <p class="lede-line">
        It leaves through {transport}. The last {shownDays} days:
      </p>
      <dl class="figures">
        {labels.map(([state, label]) => (
          <div>
            <dt>{label}</dt>
            <dd class={state === "unknown" && (states[state] ?? 0) > 0 ? "bad" : undefined}>
              {numbers.format(states[state] ?? 0)}
            </dd>
          </div>
        ))}
      </dl>
      <DayBars label="Mails" days={days} />
      {doubts.length === 0 ? null : (
        <section>
          <h2>In doubt</h2>
          <p class="soft">
            The provider may have these or not. What is sent once more may arrive twice; what is left may never arrive.
          </p>
          <Messages label="Mail in doubt" rows={doubts} seesPeople={seesPeople} decide={mayManage} />
        </section>
      )}
      {waiting.length === 0 ? null : (
        <section>
          <h2>Waits</h2>
          <Messages label="Mail that waits" rows={waiting} seesPeople={seesPeople} />
        </section>
      )}
      <section>
        <h2>Refused last</h2>
        {refused.length === 0 ? (
          <p class="soft">Nothing was.</p>
        ) : (
          <Messages label="Refused mail" rows={refused} seesPeople={seesPeople} />
        )}
      </section>
      <section>
        <h2>Mailings</h2>
        {mailings.length === 0 ? (
          <p class="soft">None was sent yet.</p>
        ) : (
          <ul class="mailings">
            {mailings.map((mailing) => (
              <Mailing mailing={mailing} mayManage={mayManage} />
            ))}
          </ul>
        )}
      </section>
      <Suppressed {...props} mayManage={mayManage} />
    </StaffPage>
  );
}

const numbers = new Intl.NumberFormat("en-GB");

const labels: readonly [State, string][] = [
  ["accepted", "Accepted"],
  ["queued", "Waiting"],
  ["sending", "Being sent"],
  ["refused", "Refused"],
  ["unknown", "In doubt"],
];

const sentences = new Map([
  ["release", "Mail is sent to this address again."],
  ["settle", "It was decided."],
  ["settle-mailing", "It was decided."],
  ["resume", "The mailing goes on."],
]);

interface MessagesProps {
  label: string;
  rows: readonly Trouble[];
  seesPeople: boolean;
  decide?: boolean;
}

function Messages({ label, rows, seesPeople, decide = false }: MessagesProps): Html {
  return (
    <StaffTable
      label={label}
      head={["Since (UTC)", "Mail", ...(seesPeople ? ["To"] : []), "Why", ...(decide ? [""] : [])]}
    >
      {rows.map(({ id, template, subject, address, reason, changedAt }) => (
        <tr>
          <td>
            <Moment at={changedAt} />
          </td>
          <th scope="row" class="wide-cell">
            {seesPeople ? subject : template}
            <small>{seesPeople ? template : `Mail ${id}`}</small>
          </th>
          {seesPeople ? <td class="value-cell">{address}</td> : null}
          <td>{seesPeople ? reason : reason.replace(/\S+@\S+/g, "[address]")}</td>
          {decide ? (
            <td>
              <Verdicts act="settle" id={id} what={`mail ${id}`} />
            </td>
          ) : null}
        </tr>
      ))}
    </StaffTable>
  );
}

function Verdicts({ act, id, what }: { act: "settle" | "settle-mailing"; id: number; what: string }): Html {
  return (
    <div class="deeds tight">
      <Deed fields={{ act, id: String(id), verdict: "queued" satisfies Verdict }}>
        Send again <span class="unseen">{what}</span>
      </Deed>
      <Deed fields={{ act, id: String(id), verdict: "accepted" satisfies Verdict }}>
        Leave <span class="unseen">{what}</span>
      </Deed>
    </div>
  );
}

function Deed({ fields, children }: { fields: Readonly<Record<string, string>>; children: Child }): Html {
  return (
    <Form action={urls.staffMail()} kind="inline">
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button class="button" type="submit">
        {children}
      </button>
    </Form>
  );
}

function Mailing({ mailing, mayManage }: { mailing: MailingState; mayManage: boolean }): Html {
  const { id, subject, list, candidates, preparedAt, finishedAt, stoppedBecause, counts } = mailing;
  const waiting = (counts.queued ?? 0) + (counts.sending ?? 0);
  const state = stoppedBecause !== null ? "stands still" : finishedAt === null ? "under way" : "done";
  const parts = Object.entries(counts).map(
    ([name, count]) => `${numbers.format(count)} ${name === "unknown" ? "in doubt" : name}`,
  );
  return (
    <li>
      <p>
        <strong>{subject}</strong>{" "}
        <span class={stoppedBecause !== null ? "badge bad" : finishedAt === null ? "badge warn" : "badge"}>
          {state}
        </span>
      </p>
      <progress value={candidates - waiting} max={Math.max(1, candidates)} aria-label={`Progress of ${subject}`} />
      <small>
        {list}, <Moment at={preparedAt} />, {parts.join(", ") || "nobody"}
      </small>
      {stoppedBecause === null ? null : <p class="bad">{stoppedBecause}</p>}
      {mayManage && stoppedBecause !== null ? (
        <Deed fields={{ act: "resume", id: String(id) }}>
          Go on <span class="unseen">with {subject}</span>
        </Deed>
      ) : null}
      {mayManage && (counts.unknown ?? 0) > 0 ? <Verdicts act="settle-mailing" id={id} what={`of ${subject}`} /> : null}
    </li>
  );
}

function Suppressed({ q, suppressed, seesPeople, mayManage }: MailPageProps & { mayManage: boolean }): Html {
  const { found, count } = suppressed;
  return (
    <section>
      <h2 id="suppressed">Suppressed addresses</h2>
      <p class="soft">
        Nothing is sent to {numbers.format(count)} {count === 1 ? "address" : "addresses"}: they bounced, complained, or
        were put there by hand.
      </p>
      {seesPeople && count > 0 ? (
        <>
          <form class="filters" action={`${urls.staffMail()}#suppressed`} role="search">
            <div class="field">
              <label for="q">Part of an address</label>
              <input class="input" type="search" id="q" name="q" value={q} maxlength="200" autocomplete="off" />
            </div>
            <button class="button" type="submit">
              Search
            </button>
          </form>
          {found.length === 0 ? (
            <p class="soft">No suppressed address holds “{q}”.</p>
          ) : (
            <StaffTable label="Suppressed addresses" head={["Address", "Why", "Since (UTC)", ""]}>
              {found.map(({ address, reason, detail, since }) => (
                <tr>
                  <th scope="row" class="value-cell">
                    {address}
                  </th>
                  <td class="wide-cell">
                    {reason}
                    {detail === "" ? null : <small>{detail}</small>}
                  </td>
                  <td>
                    <Moment at={since} />
                  </td>
                  <td class="right">
                    {mayManage ? (
                      <Deed fields={{ act: "release", address }}>
                        Release <span class="unseen">{address}</span>
                      </Deed>
                    ) : null}
                  </td>
                </tr>
              ))}
            </StaffTable>
          )}
        </>
      ) : null}
    </section>
  );
}
