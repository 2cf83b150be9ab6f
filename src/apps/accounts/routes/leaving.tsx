import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { readForm } from "#lib/forms.ts";
import { clearCookie } from "#lib/http/cookies.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { askForDeletion, keepAccount } from "../deletion.ts";
import { notifyOwner } from "../notices.tsx";
import { exportPersonalData } from "../personal-data.ts";
import { originOf, recordEvent } from "../security-events.ts";
import { findSessionUser } from "../sessions.ts";
import { getUser } from "../users.ts";
import { ClosedPage, DeletionPage, ReturnPage } from "../views/settings/deletion.tsx";
import { ExportPage } from "../views/settings/export.tsx";

const dangerous = { access: "viewer", reauthenticate: true } as const;

const lastOwner = "Nobody else may do everything here. Make somebody else an owner first.";

/** Taking everything along, and leaving. */
export function leavingRoutes(router: Router): void {
  router.get(urls.accountExport.pattern, dangerous, () => <ExportPage />);

  router.post(urls.accountExport.pattern, dangerous, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    await atomic(async () => {
      await recordEvent("exported", { userId: user.id }, originOf(request));
      await notifyOwner(user, "exported", originOf(request));
    });
    const name = `${new URL(config.BASE_URL).hostname}-${new Date().toISOString().slice(0, 10)}.zip`;
    reply.type("application/zip").header("content-disposition", `attachment; filename="${name}"`);
    return await reply.send(await exportPersonalData(user));
  });

  // For anybody: whoever has asked for the deletion is signed in no more, and the mail about it leads here.
  router.get(urls.accountDeletion.pattern, { access: "anyone" }, async (request) => {
    const user = await findSessionUser(request.viewer);
    if (user === undefined) return <ClosedPage />;
    return user.deletionAt === null ? <DeletionPage /> : <ReturnPage user={user} at={user.deletionAt} />;
  });

  router.post(urls.accountDeletion.pattern, dangerous, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    const { data } = readForm(request, z.object({ understood: z.string().optional() }));
    const again = (errors: Record<string, string>): Html => {
      reply.code(422);
      return <DeletionPage errors={errors} />;
    };
    if (data?.understood === undefined) return again({ understood: "Tick this if you are sure." });
    if (!(await askForDeletion(user, originOf(request)))) return again({ "": lastOwner });
    clearCookie(reply, sessionCookie);
    return reply.redirect(urls.accountDeletion(), 303);
  });

  router.delete(urls.accountDeletion.pattern, { access: "viewer" }, async (request, reply) => {
    const user = await getUser(request.viewer.id);
    if (request.viewer.session?.isImpersonated) {
      throw new Refused(403, "Only the owner of the account may do this, not who acts for them.");
    }
    if (user.deletionAt !== null) await keepAccount(user, originOf(request));
    return reply.redirect(urls.account(), 303);
  });
}
