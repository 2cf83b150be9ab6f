import type { FastifyRequest } from "fastify";
import { findViewerWith } from "#apps/accounts/sessions.ts";
import { readCookie } from "#lib/http/cookies.ts";
import { anonymous, sessionCookie, type Viewer } from "#lib/viewer.ts";
import { isCurrent } from "./entitlements.ts";

/** Who is asking and what they may open, by the session of the request: one query, none without a session. */
export async function viewerOf(request: FastifyRequest): Promise<Viewer> {
  const token = readCookie(request, sessionCookie) ?? "";
  return token === "" ? anonymous : findViewer(token);
}

/** Who has the session of this token: a reader without one for a token that is no good. */
export const findViewer = findViewerWith({
  // One row of `entitlements` with null in `opens` makes a member.
  columns: `array(select distinct unnest(coalesce(e.opens, '{0}')) from entitlements e
    left join entitlements o on o.id = e.seat_of where e.user_id = s.user_id and ${isCurrent("e", "o")}) as opens`,
  read: ({ opens }: { opens: readonly number[] }) => ({
    isMember: opens.includes(0),
    ...(opens.some((id) => id > 0) && { opens: opens.filter((id) => id > 0) }),
  }),
});
