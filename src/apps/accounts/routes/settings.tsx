import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { urls } from "#urls.ts";
import { eventKinds, listEvents, type EventKind } from "../security-events.ts";
import type { SecurityEvent } from "../schema.ts";
import { summarize } from "../settings/overview.ts";
import { placeOf } from "../settings/places.ts";
import { describeDevice } from "../user-agents.ts";
import { getUser } from "../users.ts";
import { HistoryPage, type ShownEvent } from "../views/settings/history.tsx";
import { OverviewPage } from "../views/settings/overview.tsx";
import { credentialRoutes } from "./credentials.tsx";
import { factorRoutes } from "./factor.tsx";
import { leavingRoutes } from "./leaving.tsx";
import { sessionRoutes } from "./sessions.tsx";

/** How many events a page of the history has. */
const eventsAtOnce = 50;

export function settingsRoutes(router: Router): void {
  router.get(urls.account.pattern, { access: "viewer" }, async (request) => {
    const user = await getUser(request.viewer.id);
    return <OverviewPage user={user} summary={await summarize(user.id)} />;
  });

  const query = z.object({ before: z.coerce.number("must be a number").int().positive().optional() });
  router.get(urls.accountHistory.pattern, { access: "viewer", query }, async (request) => {
    const { id, timeZone } = await getUser(request.viewer.id);
    const { before } = request.query;
    // One more than is shown says whether there is more.
    const found = await listEvents(id, { limit: eventsAtOnce + 1, ...(before !== undefined && { before }) });
    const shown = found.slice(0, eventsAtOnce);
    const older = found.length > shown.length ? urls.accountHistory({}, { before: shown.at(-1)?.id }) : undefined;
    const events = await Promise.all(shown.map(inWords));
    return <HistoryPage events={events} timeZone={timeZone} older={older} isFirst={before === undefined} />;
  });

  credentialRoutes(router);
  factorRoutes(router);
  sessionRoutes(router);
  leavingRoutes(router);
}

async function inWords({ kind, at, actorId, details, ...origin }: SecurityEvent): Promise<ShownEvent> {
  const what = isKind(kind) ? eventKinds[kind] : kind;
  const said = Object.entries(details).map(([name, value]) => detailInWords(name, value));
  if (actorId !== null) said.unshift("By somebody of the staff");
  return {
    what,
    detail: said.filter(Boolean).join(" · "),
    device: origin.userAgent === "" ? "" : await describeDevice(origin.userAgent),
    place: placeOf(origin),
    at,
  };
}

function isKind(kind: string): kind is EventKind {
  return Object.hasOwn(eventKinds, kind);
}

const itself: ReadonlySet<string> = new Set(["name", "reason"]);

/** `secondFactor: true` is "second factor", `to: "x"` is "to: x", and a name speaks for itself. */
function detailInWords(detail: string, value: string | number | boolean): string {
  const words = detail.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (typeof value === "boolean") return value ? words : "";
  return itself.has(detail) ? String(value) : `${words}: ${value}`;
}
