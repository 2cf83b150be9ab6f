import { z } from "zod";
import type { Request, Router } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { urls } from "#urls.ts";
import { forgetDevice, listDevices } from "../devices.ts";
import { originOf, recordEvent } from "../security-events.ts";
import { endSession, endSessions, listSessions } from "../sessions.ts";
import { placeOf } from "../settings/places.ts";
import { describeDevice } from "../user-agents.ts";
import { getUser } from "../users.ts";
import { SessionsPage } from "../views/settings/sessions.tsx";

/** Where the account is signed in. Ending that is never dangerous, and asked for when somebody is in a hurry. */
export function sessionRoutes(router: Router): void {
  const query = z.object({ ended: z.coerce.number("must be a number").int().nonnegative().optional() });
  router.get(urls.accountSessions.pattern, { access: "viewer", query }, async (request) => {
    const { id, timeZone } = await getUser(request.viewer.id);
    const sessions = await listSessions(id);
    const devices = await listDevices(id);
    return (
      <SessionsPage
        sessions={await Promise.all(
          sessions.map(async (session) => ({
            ...session,
            device: await describeDevice(session.userAgent),
            // Where the staff sit is nobody's business.
            place: session.impersonatorId === null ? placeOf(session) : "",
            isThis: session.id === request.viewer.session?.id,
          })),
        )}
        devices={await Promise.all(
          devices.map(async (device) => ({ ...device, device: await describeDevice(device.userAgent) })),
        )}
        timeZone={timeZone}
        ended={request.query.ended}
      />
    );
  });

  router.delete(urls.accountSession.pattern, { access: "viewer" }, async (request, reply) => {
    const owner = ownerOf(request);
    const only = Number(request.params.id);
    if (only === owner.sessionId) {
      await endSession(request, reply);
      return reply.redirect(urls.home(), 303);
    }
    const ended = Number.isSafeInteger(only) ? await end(request, { only }) : 0;
    return reply.redirect(urls.accountSessions({}, { ended }), 303);
  });

  router.delete(urls.accountSessions.pattern, { access: "viewer" }, async (request, reply) => {
    const owner = ownerOf(request);
    const { data } = readForm(request, z.object({ device: z.coerce.number().int().optional() }));
    if (data?.device === undefined) {
      const ended = await end(request, { except: owner.sessionId });
      return reply.redirect(urls.accountSessions({}, { ended }), 303);
    }
    await forgetDevice(owner.id, data.device);
    return reply.redirect(urls.accountSessions(), 303);
  });
}

async function end(request: Request, which: { only: number } | { except: number }): Promise<number> {
  const { id } = ownerOf(request);
  return await atomic(async () => {
    const count = await endSessions(id, which);
    if (count > 0) await recordEvent("session-ended", { userId: id, details: { count } }, originOf(request));
    return count;
  });
}

function ownerOf({ viewer }: Request): { id: number; sessionId: number } {
  if (viewer.id === null || viewer.session === undefined || viewer.session.isImpersonated) {
    throw new Refused(403, "Only the owner of the account may do this, not who acts for them.");
  }
  return { id: viewer.id, sessionId: viewer.session.id };
}
