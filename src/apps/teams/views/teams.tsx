import { AccountPage } from "#apps/accounts/parts.tsx";
import { dayOf } from "#apps/members/reasons.ts";
import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, Submit } from "#ui/form.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { InvitationRow } from "../inviting.ts";
import { isManaging, type MemberRow, type OwnTeam } from "../teams.ts";
import { ManagedTeam, OfTeam } from "./managed-team.tsx";

/** A team with what the viewer may know of its people. */
export interface Shown {
  team: OwnTeam;
  used: number;
  members: readonly MemberRow[];
  invitations: readonly InvitationRow[];
}

export interface TeamsPageProps {
  viewerId: number | null;
  teams: readonly Shown[];
  errors?: FormErrors;
  /** What was typed, and into the form of which team. */
  values?: FormValues;
  /** A link that was just made: it is shown once. */
  link?: { team: number; href: string };
  done?: string | undefined;
}

/** The teams that somebody is in: those they look after with everybody in them, of others what concerns themselves. */
export function TeamsPage({ viewerId, teams, errors = {}, values = {}, link, done = "" }: TeamsPageProps): Html {
  const news = sentences[done];
  return (
    <AccountPage title="Team" current={urls.teamSeats()} styles={["members.css"]} scripts={["article.js"]}>
      {news === undefined ? null : <Notice tone="good">{news}</Notice>}
      {errors[""] ? <Notice tone="bad">{errors[""]}</Notice> : null}
      {teams.length === 0 ? <NoTeam /> : null}
      {teams.map((shown) =>
        isManaging(shown.team) ? (
          <ManagedTeam
            {...shown}
            viewerId={viewerId}
            link={link?.team === shown.team.id ? link.href : undefined}
            {...(values.team === String(shown.team.id) && { errors, values })}
          />
        ) : (
          <OwnSeat team={shown.team} viewerId={viewerId} />
        ),
      )}
    </AccountPage>
  );
}

const sentences: Readonly<Record<string, string>> = {
  renamed: "The team has its new name.",
  invited: "The invitations are on their way. Each keeps a seat for 14 days.",
  withdrawn: "The invitation is taken back, and its seat is free.",
  saved: "Saved.",
  removed: "They are out of the team, and their seat is free.",
  left: "You have left the team.",
  unlinked: "The link is off: nobody comes by it any more.",
  seated: "The seat is yours. Everything that members read is open to you.",
};

function NoTeam(): Html {
  return (
    <EmptyState title="You are in no team.">
      <p>With a team you pay one bill, and each of you has a seat: everybody reads everything.</p>
      <p>
        <a class="button primary" href={urls.joinPlan({ plan: "team" })}>
          Get seats for a team
        </a>
      </p>
    </EmptyState>
  );
}

function OwnSeat({ team, viewerId }: { team: OwnTeam; viewerId: number | null }): Html {
  return (
    <section class="team" aria-label={team.name}>
      <h2>{team.name}</h2>
      <p>
        {team.ownerName || "Somebody"} pays for your seat
        {team.isPaid && team.paidUntil ? `, until ${dayOf(team.paidUntil)} or longer.` : "."}
      </p>
      {team.isPaid ? null : <Notice tone="warn">Nobody pays for this team just now, so its seats open nothing.</Notice>}
      <Form action={urls.teamMember({ id: String(viewerId) })} method="delete">
        <OfTeam id={team.id} />
        <Submit tone="quiet">Leave the team</Submit>
      </Form>
    </section>
  );
}
