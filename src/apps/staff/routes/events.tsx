import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { eventKinds, type EventKind } from "#apps/accounts/security-events.ts";
import { urls } from "#urls.ts";
import { findEvents } from "../events.ts";
import { EventsPage } from "../views/events.tsx";
import { cursor, nameDevices } from "./asked.ts";

/** What happened. */
export function eventsRoutes(router: Router): void {
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
