import { z } from "zod";
import type { User } from "#apps/accounts/schema.ts";
import { originOf } from "#apps/accounts/security-events.ts";
import { getUser } from "#apps/accounts/users.ts";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { may } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { endComp, giveComp } from "./comps.ts";
import { listEntitlements } from "./reasons.ts";
import { StaffMemberPage } from "./views/staff-member.tsx";

const giving = z.object({
  until: z.iso.date("Say until which day.").refine((day) => day >= new Date().toISOString().slice(0, 10), {
    error: "This day has passed.",
  }),
  reason: z.string().trim().min(1, "Say why, for who reads this later.").max(300, "At most 300 characters."),
});
const ending = z.object({ entitlement: z.coerce.number().int().positive() });

/** What somebody may open and why, for the staff, and what the staff gave them. */
export function routes(router: Router): void {
  router.get(urls.staffMember.pattern, { access: "permission:members.view" }, async ({ params, viewer }) => {
    const user = await getPerson(params);
    return (
      <StaffMemberPage
        {...{ user, reasons: await listEntitlements(user.id), mayGive: may(viewer, "members.manage") }}
      />
    );
  });

  const managing = { access: "permission:members.manage", reauthenticate: true } as const;
  router.post(urls.staffMember.pattern, managing, async (request, reply) => {
    const user = await getPerson(request.params);
    const { data, errors, values } = readForm(request, giving);
    if (data !== undefined) {
      await giveComp(request.viewer, user, data, originOf(request));
      return reply.redirect(urls.staffMember({ id: String(user.id) }), 303);
    }
    reply.code(422);
    const reasons = await listEntitlements(user.id);
    return <StaffMemberPage {...{ user, reasons, errors, values, mayGive: true }} />;
  });

  router.delete(urls.staffMember.pattern, managing, async (request, reply) => {
    const user = await getPerson(request.params);
    const { data } = readForm(request, ending);
    if (data === undefined) throw new Refused(400);
    if (!(await endComp(request.viewer, user, data.entitlement, originOf(request)))) {
      throw new NotFound("There is no such membership that could be ended.");
    }
    return reply.redirect(urls.staffMember({ id: String(user.id) }), 303);
  });
}

async function getPerson({ id }: { id: string }): Promise<User> {
  return await getUser(/^\d{1,9}$/.test(id) ? Number(id) : null);
}
