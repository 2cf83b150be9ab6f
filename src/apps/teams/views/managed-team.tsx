import { dayOf } from "#apps/members/reasons.ts";
import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import type { InvitationRow } from "../inviting.ts";
import type { MemberRow, OwnTeam } from "../teams.ts";
import type { Shown } from "./teams.tsx";

interface ManagedTeamProps extends Shown {
  viewerId: number | null;
  link?: string | undefined;
  errors?: FormErrors;
  values?: FormValues;
}

/** A team for who looks after it. */
export function ManagedTeam(props: ManagedTeamProps): Html {
  const { team, used, members, invitations, viewerId, link, errors = {}, values = {} } = props;
  return (
    <section class="team" aria-labelledby={`team-${team.id}`}>
      <h2 id={`team-${team.id}`}>{team.name}</h2>
      <Seats team={team} used={used} />
      <ul class="rows-of-things">
        {members.map((member) => (
          <Member team={team} member={member} isSelf={member.userId === viewerId} />
        ))}
        {invitations.map((invitation) => (
          <Invitation team={team} invitation={invitation} />
        ))}
      </ul>
      <Inviting team={team} isFull={used >= team.seats} errors={errors} values={values} />
      <JoinLink team={team} link={link} />
      <details class="team-more" open={errors.name !== undefined}>
        <summary>Give the team another name</summary>
        <Form action={urls.teamSeats()} method="put">
          <OfTeam id={team.id} />
          <Field
            label="Name"
            name="name"
            id={`name-${team.id}`}
            value={team.name}
            maxlength={80}
            required
            errors={errors}
            values={values}
          />
          <Submit tone="quiet">Rename</Submit>
        </Form>
      </details>
    </section>
  );
}

/** Which team a form is about. */
export function OfTeam({ id }: { id: number }): Html {
  return <input type="hidden" name="team" value={id} />;
}

function Seats({ team, used }: { team: OwnTeam; used: number }): Html {
  const { seats, isPaid, paidUntil } = team;
  return (
    <>
      <p class="team-seats">
        <span>
          <strong>{used}</strong> of {seats} {seats === 1 ? "seat" : "seats"} used
        </span>
        {isPaid && paidUntil ? <span class="soft">Paid until {dayOf(paidUntil)} or longer</span> : null}
        {team.role === "owner" ? <a href={urls.membershipChange({}, { for: "team" })}>Change the number</a> : null}
      </p>
      <meter min="0" max={Math.max(seats, used)} value={used} aria-label="Seats used" />
      {isPaid ? null : (
        <Notice tone="warn" title="Nobody pays for this team just now.">
          Its seats open nothing until somebody does. Everybody stays where they are.
        </Notice>
      )}
      {isPaid && used > seats ? (
        <Notice tone="warn" title={`${used} seats are used, and ${seats} are paid.`}>
          Who came last has none that counts. Take somebody out, take an invitation back, or pay for more seats.
        </Notice>
      ) : null}
    </>
  );
}

const roles = { owner: "Owner", manager: "Manager", member: "Member" } as const;

function Member({ team, member, isSelf }: { team: OwnTeam; member: MemberRow; isSelf: boolean }): Html {
  const { userId, name, address, role, hasSeat, isCounted, joinedAt } = member;
  const id = String(userId);
  const mayRemove = !isSelf && role !== "owner" && (team.role === "owner" || role === "member");
  return (
    <li>
      <span>
        {name || address} {isSelf ? <strong class="here">You</strong> : null}
        <small>{name ? `${address} · ${roles[role]}` : roles[role]}</small>
        <small>
          {hasSeat ? (
            <>
              {team.isPaid && !isCounted ? "A seat that nobody pays for" : "Has a seat"} since <Day at={joinedAt} />
            </>
          ) : (
            "Looks after the team, without a seat"
          )}
        </small>
      </span>
      <div class="team-acts">
        {team.role === "owner" && role !== "owner" ? (
          <Put team={team} id={id} name="role" value={role === "manager" ? "member" : "manager"}>
            {role === "manager" ? "Make a member" : "Make a manager"}
          </Put>
        ) : null}
        {isSelf ? (
          <Put team={team} id={id} name="seat" value={hasSeat ? "no" : "yes"}>
            {hasSeat ? "Give my seat up" : "Take a seat"}
          </Put>
        ) : null}
        {isSelf && role !== "owner" ? <Remove team={team} id={id} label="Leave" /> : null}
        {mayRemove ? <Remove team={team} id={id} label="Remove" whose={name || address} /> : null}
      </div>
      {mayRemove && hasSeat ? <HandOn team={team} id={id} whose={name || address} /> : null}
    </li>
  );
}

interface PutProps {
  team: OwnTeam;
  id: string;
  name: string;
  value: string;
  children: Child;
}

function Put({ team, id, name, value, children }: PutProps): Html {
  return (
    <Form action={urls.teamMember({ id })} method="put" kind="inline">
      <OfTeam id={team.id} />
      <input type="hidden" name={name} value={value} />
      <button class="button" type="submit">
        {children}
      </button>
    </Form>
  );
}

function Remove({ team, id, label, whose }: { team: OwnTeam; id: string; label: string; whose?: string }): Html {
  return (
    <Form action={urls.teamMember({ id })} method="delete" kind="inline">
      <OfTeam id={team.id} />
      <button class="button" type="submit" aria-label={whose && `${label} ${whose}`}>
        {label}
      </button>
    </Form>
  );
}

function HandOn({ team, id, whose }: { team: OwnTeam; id: string; whose: string }): Html {
  return (
    <details class="team-more">
      <summary aria-label={`Give the seat to somebody else than ${whose}`}>Give the seat to somebody else</summary>
      <Form action={urls.teamMember({ id })} method="delete">
        <OfTeam id={team.id} />
        <Field
          label="Their mail address"
          name="address"
          id={`address-${team.id}-${id}`}
          type="email"
          required
          hint={`${whose} loses it now, and they are invited.`}
        />
        <Submit tone="quiet">Hand it on</Submit>
      </Form>
    </details>
  );
}

function Invitation({ team, invitation }: { team: OwnTeam; invitation: InvitationRow }): Html {
  const { id, address, role, createdAt, expiresAt, isExpired } = invitation;
  return (
    <li>
      <span>
        {address} <span class="team-waits">{isExpired ? "Too old" : "Invited"}</span>
        <small>
          {roles[role]} · asked on <Day at={createdAt} />,{" "}
          {isExpired ? "and a seat is kept no more" : ["and a seat is kept until ", <Day at={expiresAt} />]}
        </small>
      </span>
      <div class="team-acts">
        <Form action={urls.teamInvitations()} kind="inline">
          <OfTeam id={team.id} />
          <input type="hidden" name="addresses" value={address} />
          {role === "manager" ? <input type="hidden" name="role" value="manager" /> : null}
          <button class="button" type="submit" aria-label={`Ask again: ${address}`}>
            Ask again
          </button>
        </Form>
        <Form action={urls.teamInvitation({ id: String(id) })} method="delete" kind="inline">
          <OfTeam id={team.id} />
          <button class="button" type="submit" aria-label={`Take back the invitation of ${address}`}>
            Take back
          </button>
        </Form>
      </div>
    </li>
  );
}

interface InvitingProps {
  team: OwnTeam;
  isFull: boolean;
  errors: FormErrors;
  values: FormValues;
}

function Inviting({ team, isFull, errors, values }: InvitingProps): Html {
  const isTyped = errors.addresses !== undefined;
  return (
    <div class="team-part">
      <h3>Invite by mail</h3>
      {isFull && !isTyped ? (
        <p class="soft">All seats are used.</p>
      ) : (
        <Form action={urls.teamInvitations()}>
          <OfTeam id={team.id} />
          <Field
            label="Mail addresses"
            name="addresses"
            id={`addresses-${team.id}`}
            rows={3}
            required
            hint="As many as there are free seats, with spaces or lines between."
            errors={errors}
            {...(isTyped && { values })}
          />
          <Submit>Invite</Submit>
        </Form>
      )}
    </div>
  );
}

function JoinLink({ team, link }: { team: OwnTeam; link: string | undefined }): Html {
  const has = team.joinHash !== null || link !== undefined;
  return (
    <div class="team-part">
      <h3>Join link</h3>
      {link === undefined ? (
        <p>
          {has
            ? "There is a link by which anybody takes a free seat. It was shown once, when it was made."
            : "With a link, anybody to whom you send it takes a free seat by themselves."}
        </p>
      ) : (
        <>
          <p>Whoever has this link takes a free seat. It is shown this once: copy it now.</p>
          <p class="team-link">
            <code>{link}</code>
            <copy-link data-url={link}>
              <button class="button" type="button">
                Copy link
              </button>
            </copy-link>
          </p>
        </>
      )}
      <div class="team-acts">
        <Form action={urls.teamLink()} kind="inline">
          <OfTeam id={team.id} />
          <button class="button" type="submit">
            {has ? "Make another link" : "Make a link"}
          </button>
        </Form>
        {has ? (
          <Form action={urls.teamLink()} method="delete" kind="inline">
            <OfTeam id={team.id} />
            <button class="button" type="submit">
              Switch it off
            </button>
          </Form>
        ) : null}
      </div>
    </div>
  );
}
