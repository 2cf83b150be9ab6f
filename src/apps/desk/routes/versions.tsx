import { z } from "zod";
import { showDraft } from "#apps/editorial/drafts.ts";
import { getDeskEntry } from "#apps/editorial/manuscripts.ts";
import { renderText } from "#apps/editorial/texts.ts";
import { getVersion, listVersions, mayWrite, nameVersion, restoreVersion } from "#apps/editorial/versions.ts";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { diffBlocks, diffText, foldRows } from "#lib/text-diff.ts";
import { urls } from "#urls.ts";
import { idIn } from "../ids.ts";
import { ComparisonPage, ways } from "../views/comparison.tsx";
import { VersionsPage } from "../views/versions.tsx";

const naming = z.object({ name: z.string().trim().max(100, "At most 100 characters.").default("") });
const restoring = z.object({ number: z.coerce.number().int().positive() });

/** All versions of an entry: a list, each as its page, and what lies between two of them. */
export function versionsRoutes(router: Router): void {
  const opening = { access: "permission:desk.open" } as const;

  router.get(urls.deskRevisions.pattern, opening, async ({ viewer, params }) => {
    const { entry } = await getDeskEntry(idIn(params.id));
    const canWrite = await mayWrite(viewer, entry.id);
    return <VersionsPage entry={entry} versions={await listVersions(entry.id)} canWrite={canWrite} />;
  });

  router.post(urls.deskRevisions.pattern, { access: "permission:desk.write" }, async (request, reply) => {
    const { data } = readForm(request, restoring);
    const entryId = idIn(request.params.id);
    await restoreVersion(request.viewer, entryId, data?.number ?? 0);
    return reply.redirect(urls.deskRevisions({ id: String(entryId) }), 303);
  });

  router.get(urls.deskRevision.pattern, opening, async (request, reply) => {
    const version = await getVersion(idIn(request.params.id), idIn(request.params.number));
    return await showDraft(request, reply, { entryId: version.entryId, text: version });
  });

  router.patch(urls.deskRevision.pattern, { access: "permission:desk.write" }, async (request, reply) => {
    const { data } = readForm(request, naming);
    const entryId = idIn(request.params.id);
    if (data !== undefined) await nameVersion(request.viewer, entryId, idIn(request.params.number), data.name);
    return reply.redirect(urls.deskRevisions({ id: String(entryId) }), 303);
  });

  const count = z.coerce.number().int().positive().max(2_000_000_000).optional().catch(undefined);
  const query = z.object({
    from: count,
    to: count,
    way: z.enum(ways).default("side").catch("side"),
    all: z.string().optional(),
  });
  router.get(urls.deskComparison.pattern, { ...opening, query }, async ({ params, query: asked }) => {
    const { entry } = await getDeskEntry(idIn(params.id));
    const versions = await listVersions(entry.id);
    const [newest] = versions;
    if (newest === undefined) throw new NotFound("Nothing is written yet.");
    const to = asked.to ?? newest.number;
    const shown = versions.find(({ isShown }) => isShown);
    const from = asked.from ?? (shown !== undefined && shown.number !== to ? shown.number : Math.max(1, to - 1));
    const [before, after] = [await getVersion(entry.id, from), await getVersion(entry.id, to)];
    const rows = diffText(before.source, after.source);
    const isRendered = asked.way === "page";
    const blocks = isRendered
      ? diffBlocks((await renderText(before.source)).rendered.html, (await renderText(after.source)).rendered.html)
      : [];
    return (
      <ComparisonPage
        {...{ entry, versions, before, after, blocks }}
        way={asked.way}
        isWhole={asked.all !== undefined}
        rows={rows}
        hunks={asked.all === undefined ? foldRows(rows) : [{ rows }]}
      />
    );
  });
}
