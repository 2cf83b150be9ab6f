import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { receiveEvent } from "../inbox.ts";
import { providerNames } from "../names.ts";

/** Where providers tell what has happened, and where the staff sees what was told. */
export function eventsRoutes(router: Router): void {
  const told = { access: "anyone", body: "raw", bodyLimit: 1_000_000, csrf: false, limit: false } as const;
  router.post(urls.paymentEvents.pattern, told, async (request, reply) => {
    const provider = z.enum(providerNames).safeParse(request.params.provider);
    if (!provider.success) throw new NotFound();
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    await receiveEvent(provider.data, body, request.headers);
    return reply.type("text/plain; charset=utf-8").send("kept\n");
  });
}
