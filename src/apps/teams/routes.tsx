import { z } from "zod";
import { mailAddress } from "#lib/mail/headers.ts";
import type { Reply, Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm, type FormErrors, type FormValues } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { handOnSeat, invite, listInvitations, withdrawInvitation } from "./inviting.ts";
import { countUsed } from "./seats.ts";
import {
  dropJoinLink,
  findInvited,
  getManaged,
  isManaging,
  listMembers,
  listTeams,
  makeJoinLink,
  removeMember,
  renameTeam,
  setOwnSeat,
  setRole,
  takeSeat,
  type OwnTeam,
} from "./teams.ts";
import { InvitedPage } from "./views/invited.tsx";
import { TeamsPage, type Shown } from "./views/teams.tsx";

const team = z.coerce.number().int().positive();
const id = z.coerce.number().int().positive();
const roles = ["manager", "member"] as const;

const naming = z.object({ team, name: z.string().trim().min(1, "Give it a name.").max(80, "At most 80 characters.") });
const addressList = z.string().transform((text, context) => {
  const typed = text.split(/[\s,;]+/).filter(Boolean);
  const found = typed.map((each) => ({ each, address: mailAddress(each)?.toLowerCase() }));
  const wrong = found.find(({ address }) => address === undefined);
  const problem =
    typed.length === 0
      ? "Type at least one mail address."
      : wrong && `“${wrong.each.slice(0, 80)}” is not a mail address that we can write to.`;
  if (problem === undefined) return [...new Set(found.flatMap(({ address }) => address ?? []))];
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});
const inviting = z.object({ team, addresses: addressList, role: z.enum(roles).default("member") });
const handingOn = z.object({ team, address: addressList.optional() });

/** Teams: who has a seat of one, and how others come to theirs. */
export function routes(router: Router): void {
  const viewing = { access: "viewer" } as const;

  const query = z.object({ done: z.string().max(20).optional() });
  router.get(urls.teamSeats.pattern, { ...viewing, query }, (request) => show(request, { done: request.query.done }));

  router.put(urls.teamSeats.pattern, viewing, async (request, reply) => {
    const { data, errors, values } = readForm(request, naming);
    if (data === undefined) return again(request, reply, { errors, values });
    const { id: teamId } = await getManaged(request.viewer, data.team);
    await renameTeam(teamId, data.name);
    return done(reply, "renamed");
  });

  router.post(urls.teamInvitations.pattern, viewing, async (request, reply) => {
    const { data, errors, values } = readForm(request, inviting);
    if (data === undefined) return again(request, reply, { errors, values });
    const own = await getManaged(request.viewer, data.team);
    if (data.role === "manager" && own.role !== "owner") throw new Refused(403, "Only its owner makes managers.");
    const answer = await invite(request.viewer, own, data);
    if ("invited" in answer) return done(reply, "invited");
    return again(request, reply, { errors: { addresses: answer.problem }, values });
  });

  router.delete(urls.teamInvitation.pattern, viewing, async (request, reply) => {
    const own = await getManaged(request.viewer, read(request, z.object({ team })).team);
    if (!(await withdrawInvitation(own.id, idIn(request)))) throw new NotFound("There is no such invitation.");
    return done(reply, "withdrawn");
  });

  const changing = z.object({ team, role: z.enum(roles).optional(), seat: z.enum(["yes", "no"]).optional() });
  router.put(urls.teamMember.pattern, viewing, async (request, reply) => {
    const { viewer } = request;
    const data = read(request, changing);
    const own = await getManaged(viewer, data.team);
    if (data.role !== undefined) {
      if (own.role !== "owner") throw new Refused(403, "Only its owner makes managers.");
      await setRole(own.id, idIn(request), data.role);
    }
    const problem = data.seat && viewer.id === idIn(request) && (await setOwnSeat(viewer, own.id, data.seat === "yes"));
    if (problem) return again(request, reply, { errors: { "": problem }, values: { team: String(own.id) } });
    return done(reply, "saved");
  });

  router.delete(urls.teamMember.pattern, viewing, (request, reply) => remove(request, reply));

  router.post(urls.teamLink.pattern, viewing, async (request, reply) => {
    const own = await getManaged(request.viewer, read(request, z.object({ team })).team);
    const token = await makeJoinLink(own.id);
    reply.header("cache-control", "private, no-store");
    return show(request, { link: { team: own.id, href: config.BASE_URL + urls.teamJoin({ token }) } });
  });

  router.delete(urls.teamLink.pattern, viewing, async (request, reply) => {
    const own = await getManaged(request.viewer, read(request, z.object({ team })).team);
    await dropJoinLink(own.id);
    return done(reply, "unlinked");
  });

  router.get(urls.teamJoin.pattern, { access: "anyone" }, async (request, reply) => {
    keepSecret(reply);
    return <InvitedPage invited={await getInvited(request.params.token)} token={request.params.token} />;
  });

  router.post(urls.teamJoin.pattern, viewing, async (request, reply) => {
    keepSecret(reply);
    const { token } = request.params;
    const invited = await getInvited(token);
    const problem = await takeSeat(request.viewer, token);
    if (problem === undefined) return done(reply, "seated");
    reply.code(409);
    return <InvitedPage invited={invited} token={token} problem={problem} />;
  });
}

/** Takes somebody out, with somebody else in their place where that is asked; everybody may leave. */
async function remove(request: Request<typeof urls.teamMember.pattern>, reply: Reply): Promise<Html | Reply> {
  const { viewer } = request;
  const userId = idIn(request);
  const { data, errors, values } = readForm(request, handingOn);
  if (data === undefined) return again(request, reply, { errors: { "": errors.address ?? "" }, values });
  if (userId === viewer.id && data.address === undefined) {
    const isMember = (await listTeams(viewer)).some((each) => each.id === data.team && each.role !== "owner");
    if (!isMember || !(await removeMember(data.team, userId))) throw new NotFound("There is no such team to leave.");
    return done(reply, "left");
  }
  const own = await getManaged(viewer, data.team);
  const target = (await listMembers(own.id)).find((each) => each.userId === userId);
  if (target === undefined) throw new NotFound("They are not in this team.");
  if (!mayRemove(own, target.role)) throw new Refused(403, "Only its owner takes managers out of a team.");
  const [address] = data.address ?? [];
  if (address === undefined) {
    await removeMember(own.id, userId);
    return done(reply, "removed");
  }
  const answer = await handOnSeat(viewer, own, { userId, address });
  if ("invited" in answer) return done(reply, "invited");
  return again(request, reply, { errors: { "": answer.problem }, values });
}

function mayRemove(own: OwnTeam, role: OwnTeam["role"]): boolean {
  return role !== "owner" && (own.role === "owner" || role === "member");
}

interface Again {
  errors?: FormErrors;
  values?: FormValues;
  link?: { team: number; href: string };
  done?: string | undefined;
}

async function show(request: Request, more: Again): Promise<Html> {
  const teams: Shown[] = [];
  for (const own of await listTeams(request.viewer)) {
    teams.push({
      team: own,
      used: await countUsed(own.id),
      members: isManaging(own) ? await listMembers(own.id) : [],
      invitations: isManaging(own) ? await listInvitations(own.id) : [],
    });
  }
  return <TeamsPage viewerId={request.viewer.id} teams={teams} {...more} />;
}

function again(request: Request, reply: Reply, more: Again): Promise<Html> {
  reply.code(422);
  return show(request, more);
}

function done(reply: Reply, what: string): Reply {
  return reply.redirect(urls.teamSeats({}, { done: what }), 303);
}

// What no form of ours sends.
function read<Schema extends z.ZodObject>(request: Request, schema: Schema): z.output<Schema> {
  const { data } = readForm(request, schema);
  if (data === undefined) throw new Refused(400);
  return data;
}

function idIn({ params }: { params: { id: string } }): number {
  const found = id.safeParse(params.id);
  if (!found.success) throw new NotFound();
  return found.data;
}

async function getInvited(token: string) {
  const invited = await findInvited(token);
  if (invited === undefined) throw new NotFound("This link is no good any more. Ask whoever sent it for another one.");
  return invited;
}

// The address lets in whoever has it.
function keepSecret(reply: Reply): void {
  reply.headers({ "cache-control": "private, no-store", "referrer-policy": "same-origin", "x-robots-tag": "noindex" });
}
