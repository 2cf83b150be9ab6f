import { currentViewer } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { issuerName } from "#apps/accounts/identities.ts";
import type { RoleInfo } from "#apps/accounts/roles.ts";
import type { Session, User } from "#apps/accounts/schema.ts";
import { Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import type { EventRow } from "../events.ts";
import { Moment, StaffPage, StaffTable } from "../parts.tsx";
import type { Ways } from "../people.ts";
import { EventTable } from "./event-table.tsx";
import { Marks, nameOf, placeOf } from "./person-parts.tsx";

export interface PersonPageProps {
  user: User;
  roles: readonly RoleInfo[];
  ways: Ways;
  sessions: readonly Session[];
  /** For who may see what happened; newest first. */
  events: { events: readonly EventRow[]; next: number | undefined } | undefined;
  /** What each browser says it is, for people. */
  devices: ReadonlyMap<string, string>;
}

/** One account: what is known of it, and what may be done about it. */
export function PersonPage({ user, roles, ways, sessions, events, devices }: PersonPageProps): Html {
  const id = String(user.id);
  return (
    <StaffPage title={nameOf(user)} current={urls.staffPeople()} aside={<Marks {...user} />}>
      {user.bannedAt ? (
        <Notice tone="warn" title="Banned">
          Since <Moment at={user.bannedAt} />. They read: “{user.banReason}”
        </Notice>
      ) : null}
      <Deeds user={user} isReader={roles.length === 0 && user.bannedAt === null} />
      <div class="pair">
        <section>
          <h2>Account</h2>
          <dl class="known">
            <Fact name="Address">{user.address}</Fact>
            <Fact name="Name">{user.name || "–"}</Fact>
            <Fact name="Number">{user.id}</Fact>
            <Fact name="Since">
              <Day at={user.createdAt} />
            </Fact>
            <Fact name="Time zone">{user.timeZone}</Fact>
            <Fact name="Roles">{roles.length === 0 ? "–" : roles.map(({ name }) => name).join(", ")}</Fact>
            {user.deletionAt ? (
              <Fact name="Will be deleted">
                <Moment at={user.deletionAt} />
              </Fact>
            ) : null}
          </dl>
        </section>
        <section>
          <h2>Ways to sign in</h2>
          <WayList ways={ways} isStaff={roles.length > 0} />
        </section>
      </div>
      <section>
        <h2>Sessions</h2>
        <Sessions id={id} sessions={sessions} devices={devices} />
      </section>
      {events ? (
        <section>
          <h2 id="events">Security events</h2>
          {events.events.length === 0 ? (
            <p class="soft">Nothing more.</p>
          ) : (
            <EventTable events={events.events} devices={devices} about={user.id} />
          )}
          {events.next === undefined ? null : (
            <p class="older">
              <a class="button" rel="next" href={`${urls.staffPerson({ id }, { before: events.next })}#events`}>
                Older events
              </a>
            </p>
          )}
        </section>
      ) : null}
    </StaffPage>
  );
}

function Fact({ name, children }: { name: string; children: Child }): Html {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Deeds({ user, isReader }: { user: User; isReader: boolean }): Html | null {
  const viewer = currentViewer();
  const id = String(user.id);
  const isSelf = viewer.id === user.id;
  const deeds = [
    may(viewer, "members.view") ? (
      <a class="button" href={urls.staffMember({ id })}>
        Membership
      </a>
    ) : null,
    may(viewer, "people.impersonate") && isReader ? (
      <a class="button" href={urls.staffPersonImpersonation({ id })}>
        Act in their place
      </a>
    ) : null,
    may(viewer, "roles.manage") ? (
      <a class="button" href={urls.staffPersonRoles({ id })}>
        Change roles
      </a>
    ) : null,
    may(viewer, "people.merge") && !isSelf ? (
      <a class="button" href={urls.staffPersonMerge({ id })}>
        Merge with another
      </a>
    ) : null,
    may(viewer, "people.ban") && !isSelf ? <BanDeed id={id} isBanned={user.bannedAt !== null} /> : null,
  ].filter((deed) => deed !== null);
  return deeds.length === 0 ? null : <div class="deeds">{deeds}</div>;
}

function BanDeed({ id, isBanned }: { id: string; isBanned: boolean }): Html {
  if (!isBanned) {
    return (
      <a class="button bad" href={urls.staffPersonBan({ id })}>
        Ban
      </a>
    );
  }
  return (
    <Form action={urls.staffPersonBan({ id })} method="delete" kind="inline">
      <button class="button" type="submit">
        Lift the ban
      </button>
    </Form>
  );
}

function WayList({ ways, isStaff }: { ways: Ways; isStaff: boolean }): Html {
  const { hasPassword, requiresSecondFactor, hasApp, passkeys, identities } = ways;
  const lacks = isStaff && !requiresSecondFactor && passkeys.length === 0;
  return (
    <dl class="known">
      <Fact name="Password">{hasPassword ? "Set" : "None"}</Fact>
      <Fact name="Second factor">
        {requiresSecondFactor ? hasApp ? "An app" : "A passkey" : lacks ? <span class="badge warn">None</span> : "None"}
      </Fact>
      <Fact name="Passkeys">
        {passkeys.length === 0 ? "None" : passkeys.map(({ name, lastUsedAt }) => <Used name={name} at={lastUsedAt} />)}
      </Fact>
      <Fact name="Elsewhere">
        {identities.length === 0
          ? "None"
          : identities.map(({ issuer, address, lastUsedAt }) => (
              <Used name={[issuerName(issuer), address].filter(Boolean).join(", ")} at={lastUsedAt} />
            ))}
      </Fact>
    </dl>
  );
}

function Used({ name, at }: { name: string; at: Date | null }): Html {
  return (
    <div>
      {name} <span class="soft">{at ? ["used last ", <Day at={at} />] : "never used"}</span>
    </div>
  );
}

function Sessions({ id, sessions, devices }: { id: string } & Pick<PersonPageProps, "sessions" | "devices">): Html {
  if (sessions.length === 0) return <p class="soft">They are signed in nowhere.</p>;
  const mayEnd = may(currentViewer(), "people.ban");
  return (
    <>
      <StaffTable label="Sessions" head={["Device", "From", "Last seen", "Since", ...(mayEnd ? [""] : [])]}>
        {sessions.map((session) => (
          <tr>
            <th scope="row">
              {devices.get(session.userAgent) ?? "An unknown device"}
              <small>
                {session.method === "impersonation"
                  ? "Somebody of the staff, in their place"
                  : `By ${session.method}${session.hasSecondFactor ? ", two factors" : ""}`}
              </small>
            </th>
            <td class="from-cell">{placeOf(session)}</td>
            <td>
              <Moment at={session.lastSeenAt} />
            </td>
            <td>
              <Moment at={session.createdAt} />
            </td>
            {mayEnd ? (
              <td class="right">
                <EndButton id={id} session={session.id} label="End" />
              </td>
            ) : null}
          </tr>
        ))}
      </StaffTable>
      {mayEnd && sessions.length > 1 ? (
        <div class="older">
          <EndButton id={id} label="End all sessions" />
        </div>
      ) : null}
    </>
  );
}

function EndButton({ id, session, label }: { id: string; session?: number; label: string }): Html {
  return (
    <Form action={urls.staffPersonSessions({ id })} method="delete" kind="inline">
      {session === undefined ? null : <input type="hidden" name="session" value={session} />}
      <button class="button" type="submit">
        {label}
      </button>
    </Form>
  );
}
