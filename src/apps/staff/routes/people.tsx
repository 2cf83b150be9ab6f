import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { may } from "#lib/viewer.ts";
import { listRolesOf, mayActOn } from "#apps/accounts/roles.ts";
import { originOf, recordEvent } from "#apps/accounts/security-events.ts";
import { endSessions, listSessions } from "#apps/accounts/sessions.ts";
import { urls } from "#urls.ts";
import { findEvents } from "../events.ts";
import { findPeople, readWays, standings } from "../people.ts";
import { PeoplePage } from "../views/people.tsx";
import { PersonPage } from "../views/person.tsx";
import { cursor, getPerson, nameDevices } from "./asked.ts";

/** Everybody who has an account, and each of them. */
export function peopleRoutes(router: Router): void {
  const list = z.object({
    q: z.string().max(200).default(""),
    standing: z.enum(standings).default("everybody"),
    before: cursor,
  });
  router.get(urls.staffPeople.pattern, { access: "permission:people.view", query: list }, async ({ query }) => (
    <PeoplePage q={query.q} standing={query.standing} {...await findPeople(query)} />
  ));

  const page = z.object({ before: cursor });
  router.get(urls.staffPerson.pattern, { access: "permission:people.view", query: page }, async (request) => {
    const user = await getPerson(request.params);
    const [roles, ways, sessions] = [await listRolesOf(user.id), await readWays(user), await listSessions(user.id)];
    const search = { person: String(user.id), before: request.query.before };
    const events = may(request.viewer, "audit.view") ? await findEvents(search, 25) : undefined;
    const devices = await nameDevices(sessions, events?.events ?? []);
    return <PersonPage {...{ user, roles, ways, sessions, events, devices }} />;
  });

  const form = z.object({ session: z.coerce.number().int().positive().optional() });
  router.delete(urls.staffPersonSessions.pattern, { access: "permission:people.ban" }, async (request, reply) => {
    const { viewer } = request;
    const user = await getPerson(request.params);
    const { data } = readForm(request, form);
    if (data === undefined) throw new Refused(400);
    if (!(await mayActOn(viewer, user.id))) throw new Refused(403, "They may do more here than you.");
    await atomic(async () => {
      const ended = await endSessions(user.id, data.session === undefined ? {} : { only: data.session });
      if (ended === 0) return;
      const about = { userId: user.id, actorId: viewer.id, details: { sessions: ended } };
      await recordEvent("session-ended", about, originOf(request));
    });
    return reply.redirect(urls.staffPerson({ id: String(user.id) }), 303);
  });
}
