import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { guardSecondFactor } from "../limits.ts";
import { countRecoveryCodes, makeRecoveryCodes, turnOffSecondFactor, turnOnSecondFactor } from "../second-factor.ts";
import { originOf } from "../security-events.ts";
import { endSessions, renewSession } from "../sessions.ts";
import { beginEnrolment, checkEnrolment, resumeEnrolment } from "../settings/enrolment.ts";
import { heldCodes, holdCodes, letCodesGo } from "../settings/shown-codes.ts";
import { getUser } from "../users.ts";
import { EnrolmentPage, RecoveryCodesPage, SecondFactorPage } from "../views/settings/second-factor.tsx";

const dangerous = { access: "viewer", reauthenticate: true } as const;

/** The app that shows codes, and the codes for whoever has lost it. */
export function factorRoutes(router: Router): void {
  router.get(urls.accountSecondFactor.pattern, dangerous, async (request) => {
    const user = await getUser(request.viewer.id);
    if (user.totpSecret === null) return <EnrolmentPage enrolment={await beginEnrolment(user)} />;
    const isStaff = request.viewer.permissions.length > 0 || request.viewer.session?.withholdsPermissions === true;
    return <SecondFactorPage left={await countRecoveryCodes(user.id)} isStaff={isStaff} />;
  });

  router.post(urls.accountSecondFactor.pattern, dangerous, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    if (user.totpSecret !== null) return reply.redirect(urls.accountSecondFactor(), 303);
    const { data } = readForm(request, z.object({ setup: z.string().default(""), code: z.string().default("") }));
    const { setup = "", code = "" } = data ?? {};
    const guard = await guardSecondFactor(request, user.id);
    const checked = await checkEnrolment(user, setup, code);
    if (checked === undefined) {
      reply.code(422);
      const errors = { code: "This is not what the app shows for this key. Is the clock of your phone right?" };
      return <EnrolmentPage enrolment={await resumeEnrolment(user, setup)} errors={errors} />;
    }
    await guard.succeed();
    holdCodes(reply, user.id, await turnOnSecondFactor(user, checked, originOf(request)));
    // The others were begun with one factor.
    const keep = request.viewer.session?.id;
    await endSessions(user.id, keep === undefined ? {} : { except: keep });
    await renewSession(request, reply, { hasSecondFactor: true });
    return reply.redirect(urls.accountRecoveryCodes(), 303);
  });

  router.delete(urls.accountSecondFactor.pattern, dangerous, async (request, reply) => {
    await turnOffSecondFactor(await getUser(request.viewer.id), originOf(request));
    letCodesGo(reply);
    await renewSession(request, reply);
    return reply.redirect(urls.accountSecondFactor(), 303);
  });

  router.get(urls.accountRecoveryCodes.pattern, dangerous, async (request, reply) => {
    const { id, address } = await getUser(request.viewer.id);
    const codes = heldCodes(request, id);
    if (codes.length === 0) return reply.redirect(urls.accountSecondFactor(), 303);
    const file = `Recovery codes for ${address} at ${config.SITE_NAME} (${config.BASE_URL})\n\n${codes.join("\n")}\n`;
    return <RecoveryCodesPage codes={codes} file={file} />;
  });

  router.post(urls.accountRecoveryCodes.pattern, dangerous, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    if (!user.requiresSecondFactor)
      throw new Refused(409, "Recovery codes belong to a second factor. Turn it on first.");
    holdCodes(reply, user.id, await makeRecoveryCodes(user, originOf(request)));
    return reply.redirect(urls.accountRecoveryCodes(), 303);
  });

  router.delete(urls.accountRecoveryCodes.pattern, { access: "viewer" }, async (_request, reply) => {
    letCodesGo(reply);
    return reply.redirect(urls.accountSecondFactor(), 303);
  });
}
