import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { listRoles, listRolesOf, setRoles } from "#apps/accounts/roles.ts";
import { originOf } from "#apps/accounts/security-events.ts";
import { beginImpersonation, endImpersonation } from "#apps/accounts/sessions.ts";
import { urls } from "#urls.ts";
import { banPerson, unbanPerson } from "../bans.ts";
import { sayWhyNotImpersonate } from "../impersonation.ts";
import { BanPage, ImpersonatePage, PersonRolesPage } from "../views/deeds.tsx";
import { getPerson } from "./asked.ts";

const needed = "Say why, so that others understand it later.";
const banForm = z.object({ reason: z.string().trim().min(1, needed).max(1000, "At most 1,000 characters.") });
const visitForm = z.object({ reason: z.string().trim().min(1, needed).max(300, "At most 300 characters.") });
const rolesForm = z.object({ roles: z.array(z.coerce.number().int()) });

/**
 * What is done about one account. The page of a form asks for a proof as well as the form itself, so that nobody types a
 * reason in vain.
 */
export function deedsRoutes(router: Router): void {
  const banning = { access: "permission:people.ban", reauthenticate: true } as const;
  router.get(urls.staffPersonBan.pattern, banning, async ({ params }) => <BanPage user={await getPerson(params)} />);

  router.post(urls.staffPersonBan.pattern, banning, async (request, reply) => {
    const user = await getPerson(request.params);
    const { data, errors, values } = readForm(request, banForm);
    const problem = data && (await banPerson(request.viewer, user, data.reason, originOf(request)));
    if (data !== undefined && problem === undefined) return reply.redirect(pageOf(user), 303);
    reply.code(422);
    return <BanPage user={user} errors={problem === undefined ? errors : { "": problem }} values={values} />;
  });

  router.delete(urls.staffPersonBan.pattern, banning, async (request, reply) => {
    const user = await getPerson(request.params);
    const problem = await unbanPerson(request.viewer, user, originOf(request));
    if (problem !== undefined) throw new Refused(403, problem);
    return reply.redirect(pageOf(user), 303);
  });

  const giving = { access: "permission:roles.manage", reauthenticate: true } as const;
  router.get(urls.staffPersonRoles.pattern, giving, async ({ params }) => {
    const user = await getPerson(params);
    const held = (await listRolesOf(user.id)).map(({ id }) => id);
    return <PersonRolesPage user={user} all={await listRoles()} held={held} />;
  });

  router.put(urls.staffPersonRoles.pattern, giving, async (request, reply) => {
    const user = await getPerson(request.params);
    const { data } = readForm(request, rolesForm);
    if (data === undefined) throw new Refused(400);
    const problem = await setRoles(request.viewer, user, data.roles, originOf(request));
    if (problem === undefined) return reply.redirect(pageOf(user), 303);
    reply.code(422);
    return <PersonRolesPage user={user} all={await listRoles()} held={data.roles} errors={{ "": problem }} />;
  });

  const visiting = { access: "permission:people.impersonate", reauthenticate: true } as const;
  router.get(urls.staffPersonImpersonation.pattern, visiting, async ({ params, viewer }) => {
    const user = await getPerson(params);
    const problem = await sayWhyNotImpersonate(viewer, user);
    return <ImpersonatePage user={user} errors={problem === undefined ? {} : { "": problem }} />;
  });

  router.post(urls.staffPersonImpersonation.pattern, visiting, async (request, reply) => {
    const { viewer } = request;
    const user = await getPerson(request.params);
    const { data, errors, values } = readForm(request, visitForm);
    const problem = await sayWhyNotImpersonate(viewer, user);
    if (data !== undefined && problem === undefined && viewer.id !== null) {
      await beginImpersonation(request, reply, { user, impersonatorId: viewer.id, reason: data.reason });
      return reply.redirect(urls.dashboard(), 303);
    }
    reply.code(422);
    return <ImpersonatePage user={user} errors={problem === undefined ? errors : { "": problem }} values={values} />;
  });

  // Also for who was away for more than the hour, and acts for nobody any more.
  router.delete(urls.staffImpersonation.pattern, { access: "anyone" }, async (request, reply) => {
    const userId = await endImpersonation(request, reply);
    return reply.redirect(userId === undefined ? urls.staff() : pageOf({ id: userId }), 303);
  });
}

function pageOf({ id }: { id: number }): string {
  return urls.staffPerson({ id: String(id) });
}
