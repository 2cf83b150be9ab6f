import { z } from "zod";
import type { Reply, Request, Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { Refused, wantsJson } from "#lib/http/problems.ts";
import { sameSitePath } from "#lib/url.ts";
import { urls } from "#urls.ts";
import { getEntry, getOpenEntry } from "./entries.ts";
import { bookmarkEntry, completeEntry, notePosition, reopenEntry, unbookmarkEntry } from "./readings.ts";

const options = { access: "viewer" } as const;

export function routes(router: Router): void {
  router.post(urls.completion.pattern, options, async (request, reply) => {
    const entry = await getOpenEntry(request.viewer, request.params.id);
    await completeEntry(request.viewer, entry.id);
    return goBack(request, reply, `${entry.path}#site-completion`);
  });

  router.delete(urls.completion.pattern, options, async (request, reply) => {
    const entry = await getEntry(request.params.id);
    await reopenEntry(request.viewer, entry.id);
    return goBack(request, reply, `${entry.path}#site-completion`);
  });

  router.post(urls.bookmark.pattern, options, async (request, reply) => {
    const entry = await getEntry(request.params.id);
    await bookmarkEntry(request.viewer, entry.id);
    return goBack(request, reply, entry.path);
  });

  router.delete(urls.bookmark.pattern, options, async (request, reply) => {
    const entry = await getEntry(request.params.id);
    await unbookmarkEntry(request.viewer, entry.id);
    return goBack(request, reply, entry.path);
  });

  router.put(urls.position.pattern, { ...options, bodyLimit: 1000 }, async (request, reply) => {
    const place = position.safeParse(request.body);
    if (!place.success) throw new Refused(400, "A position is an anchor and a percentage.");
    const entry = await getOpenEntry(request.viewer, request.params.id);
    await notePosition(request.viewer, entry.id, place.data);
    return reply.code(204).send();
  });
}

const position = z.object({
  // As ids in texts are made; see toId of lib/markdown/headings.ts.
  anchor: z
    .string()
    .max(210)
    .regex(/^[\p{L}\p{M}\p{N}_-]*$/u),
  percent: z.int().min(0).max(100),
});

const form = z.object({ next: z.string().optional() });

/** A script changes the button itself; a form leads back to where it stood. */
function goBack(request: Request, reply: Reply, place: string): Reply {
  if (wantsJson(request.url, request.headers.accept)) return reply.code(204).send();
  return reply.redirect(sameSitePath(readForm(request, form).data?.next, place), 303);
}
