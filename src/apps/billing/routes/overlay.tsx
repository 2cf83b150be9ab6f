import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { getUser } from "#apps/accounts/users.ts";
import { urls } from "#urls.ts";
import { findCheckout } from "../checkouts.ts";
import { allowPaddle } from "../paddle/page-sources.ts";
import { findProvider } from "../providers.ts";
import { OverlayPage } from "../views/overlay.tsx";

/** Where Paddle's overlay opens: for a checkout that was begun here, and for the links in mails that Paddle sends. */
export function overlayRoutes(router: Router): void {
  router.get(urls.checkout.pattern, { access: "viewer" }, async (request, reply) => {
    const { token } = request.params;
    const checkout = await findCheckout(request.viewer, token);
    const overlay = checkout && (await findProvider(checkout.provider))?.overlay;
    if (checkout === undefined || overlay === undefined || checkout.providerId === "") {
      throw new NotFound("There is no such purchase.");
    }
    if (checkout.completedAt !== null) return reply.redirect(urls.checkoutDone({ token }), 303);
    const { address } = await getUser(checkout.userId);
    allowPaddle(reply, overlay.environment);
    reply.header("cache-control", "no-store");
    return (
      <OverlayPage
        overlay={{ ...overlay, transaction: checkout.providerId }}
        address={address}
        done={urls.checkoutDone({ token })}
      />
    );
  });

  // Paddle adds `_ptxn`, which Paddle.js reads by itself.
  const link = z.object({ _ptxn: z.string().max(100).optional() });
  router.get(urls.payment.pattern, { access: "anyone", query: link }, async (_request, reply) => {
    const overlay = (await findProvider("paddle"))?.overlay;
    if (overlay === undefined) throw new NotFound();
    allowPaddle(reply, overlay.environment);
    return <OverlayPage overlay={{ ...overlay, transaction: "" }} address="" done={urls.purchases()} />;
  });
}
