import { z } from "zod";
import { lintText } from "#apps/editorial/linting.ts";
import { requireWriter } from "#apps/editorial/versions.ts";
import type { Router } from "#lib/app.ts";
import { Refused } from "#lib/http/problems.ts";
import { LinterBusy } from "#lib/lint/aside.ts";
import { urls } from "#urls.ts";

const text = z.object({
  source: z.string().max(1_000_000),
  title: z.string().max(500),
  summary: z.string().max(2000),
});

const options = { access: "permission:desk.open", bodyLimit: 2_500_000 } as const;

/** By then whoever writes has written on, and asks again. */
const patienceMs = 15_000;

export function findingsRoutes(router: Router): void {
  router.post(urls.deskFindings.pattern, options, async ({ viewer, params, body }, reply) => {
    const id = /^\d{1,9}$/.test(params.id) ? Number(params.id) : 0;
    await requireWriter(viewer, id);
    const asked = text.safeParse(body);
    if (!asked.success) throw new Refused(400, "A text has a source, a title and a summary.");
    const findings = await lintText(id, asked.data, patienceMs).catch((error: unknown) => {
      throw error instanceof LinterBusy ? new Refused(503) : error;
    });
    return reply.type("application/json; charset=utf-8").send(JSON.stringify({ findings }));
  });
}
