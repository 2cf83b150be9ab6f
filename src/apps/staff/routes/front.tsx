import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { may } from "#lib/viewer.ts";
import { eventKinds, type EventKind } from "#apps/accounts/security-events.ts";
import { urls } from "#urls.ts";
import { findEvents } from "../events.ts";
import { countPeople } from "../people.ts";
import { EventsPage } from "../views/events.tsx";
import { FrontPage } from "../views/front.tsx";
import { cursor, nameDevices } from "./asked.ts";

/** The first page of the staff, and what happened. */
export function frontRoutes(router: Router): void {
  // Whatever somebody may do, they begin here; others do not learn that it exists.
  router.get(urls.staff.pattern, { access: "viewer" }, async ({ viewer }, reply) => {
    if (viewer.session?.withholdsPermissions) {
      return reply.redirect(urls.signInSecondFactor({}, { next: urls.staff() }), 303);
    }
    if (viewer.permissions.length === 0) throw new NotFound();
    const figures = may(viewer, "people.view") ? await countPeople() : undefined;
    const events = may(viewer, "audit.view") ? (await findEvents({}, 10)).events : undefined;
    return <FrontPage viewer={viewer} figures={figures} events={events} devices={await nameDevices(events ?? [])} />;
  });

  // A form sends its empty fields too.
  const text = z.string().max(200).optional();
  const day = z.union([z.literal("").transform(() => undefined), z.iso.date()]).optional();
  const kind = z.union([z.literal("").transform(() => undefined), z.custom<EventKind>(isKind)]).optional();
  const query = z.object({ kind, person: text, ip: text, from: day, to: day, before: cursor });
  router.get(urls.staffEvents.pattern, { access: "permission:audit.view", query }, async (request) => {
    const found = await findEvents(request.query);
    return <EventsPage search={request.query} {...found} devices={await nameDevices(found.events)} />;
  });
}

function isKind(name: unknown): boolean {
  return typeof name === "string" && Object.hasOwn(eventKinds, name);
}
