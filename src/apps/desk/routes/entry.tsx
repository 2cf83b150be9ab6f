import { z } from "zod";
import { showDraft } from "#apps/editorial/drafts.ts";
import { findPreview, makePreviewLink, previewDays, revokePreviewLink } from "#apps/editorial/previews.ts";
import {
  embargoEntry,
  publishVersion,
  retireEntry,
  scheduleVersion,
  unpublishEntry,
  unschedule,
} from "#apps/editorial/publishing.ts";
import { approveVersion, assignEntry, setCheckmarks } from "#apps/editorial/workflow.ts";
import { config } from "#config.ts";
import type { Answer, Reply, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { getEntryFacts } from "../entry.ts";
import { idIn } from "../ids.ts";
import { EntryPage, type EntryPageProps } from "../views/entry.tsx";

const id = z.coerce.number().int().positive();
const reason = z.string().trim().max(500).default("");
// Of a field for a day and a time, whose clock is that of UTC here.
const moment = z
  .string()
  .default("")
  .transform((text) => (text === "" ? null : new Date(/\dZ$/.test(text) ? text : `${text}Z`)))
  .refine((at) => at === null || !Number.isNaN(at.getTime()), "That is no day and time.");

const assignment = z.object({
  assignee: z.string().default(""),
  due: z.union([z.literal(""), z.iso.date("That is no day.")]).default(""),
});
const checks = z.object({ "done[]": z.array(z.string().max(500)) });
const publication = z.object({ number: id, at: moment, reason, minor: z.string().optional() });
const embargo = z.object({ until: moment });
const withdrawal = z.object({
  how: z.enum(["unschedule", "unpublish", "retire"]),
  to: z.string().trim().max(300).default(""),
  reason,
});
const approval = z.object({ number: id });
const newLink = z.object({
  number: id,
  days: z.coerce.number().int().min(1).max(previewDays.most).default(previewDays.usual),
});
const oldLink = z.object({ link: id });

/** One entry on the desk, and everything that is done about it. */
export function entryRoutes(router: Router): void {
  const opening = { access: "permission:desk.open" } as const;
  const publishing = { access: "permission:desk.publish" } as const;

  router.get(urls.deskEntry.pattern, opening, async ({ viewer, params }) => (
    <EntryPage {...await getEntryFacts(viewer, idIn(params.id))} />
  ));

  router.put(urls.deskAssignment.pattern, opening, async (request, reply) => {
    const { data, errors } = readForm(request, assignment);
    const entryId = idIn(request.params.id);
    const assigneeId = data === undefined || data.assignee === "" ? null : idIn(data.assignee);
    const problem = data
      ? await assignEntry(request.viewer, entryId, { assigneeId, dueOn: data.due || null })
      : firstOf(errors);
    return await answer(request.viewer, reply, { entryId, problem });
  });

  router.put(urls.deskCheckmarks.pattern, opening, async (request, reply) => {
    const { data } = readForm(request, checks);
    const entryId = idIn(request.params.id);
    await setCheckmarks(request.viewer, entryId, data?.["done[]"] ?? []);
    return await answer(request.viewer, reply, { entryId });
  });

  router.post(urls.deskApproval.pattern, { access: "permission:desk.review" }, async (request, reply) => {
    const { data } = readForm(request, approval);
    const entryId = idIn(request.params.id);
    if (data === undefined) throw new Refused(400);
    const problem = await approveVersion(request.viewer, entryId, data.number);
    return await answer(request.viewer, reply, { entryId, problem });
  });

  router.put(urls.deskPublication.pattern, publishing, async (request, reply) => {
    const { viewer } = request;
    const { data, errors, values } = readForm(request, publication);
    const entryId = idIn(request.params.id);
    if (data === undefined) return await answer(viewer, reply, { entryId, problem: firstOf(errors), values });
    const { number, at, minor } = data;
    const problem =
      at === null
        ? await publishVersion(viewer, entryId, number, { reason: data.reason, isMinor: minor !== undefined })
        : await scheduleVersion(viewer, entryId, number, { reason: data.reason, at });
    return await answer(viewer, reply, { entryId, problem, values: { reason: "", ...values } });
  });

  router.patch(urls.deskPublication.pattern, publishing, async (request, reply) => {
    const { data, errors } = readForm(request, embargo);
    const entryId = idIn(request.params.id);
    const problem = data ? await embargoEntry(request.viewer, entryId, data.until) : firstOf(errors);
    return await answer(request.viewer, reply, { entryId, problem });
  });

  router.delete(urls.deskPublication.pattern, publishing, async (request, reply) => {
    const { data } = readForm(request, withdrawal);
    const entryId = idIn(request.params.id);
    if (data === undefined) throw new Refused(400);
    const { viewer } = request;
    let problem: string | undefined;
    if (data.how === "unschedule") await unschedule(viewer, entryId);
    else if (data.how === "unpublish") await unpublishEntry(viewer, entryId, data.reason);
    else problem = await retireEntry(viewer, entryId, { redirectTo: data.to, reason: data.reason });
    return await answer(viewer, reply, { entryId, problem });
  });

  router.post(urls.deskPreviewLinks.pattern, opening, async (request, reply) => {
    const { data, errors } = readForm(request, newLink);
    const entryId = idIn(request.params.id);
    if (data === undefined) return await answer(request.viewer, reply, { entryId, problem: firstOf(errors) });
    const token = await makePreviewLink(request.viewer, entryId, data.number, data);
    reply.header("cache-control", "private, no-store");
    const madeLink = config.BASE_URL + urls.draft({ token });
    return <EntryPage {...await getEntryFacts(request.viewer, entryId)} madeLink={madeLink} />;
  });

  router.delete(urls.deskPreviewLinks.pattern, opening, async (request, reply) => {
    const { data } = readForm(request, oldLink);
    const entryId = idIn(request.params.id);
    await revokePreviewLink(request.viewer, entryId, data?.link ?? 0);
    return await answer(request.viewer, reply, { entryId });
  });

  router.get(urls.draft.pattern, { access: "anyone" }, async (request, reply) => {
    const version = await findPreview(request.params.token);
    if (version === undefined) throw new NotFound("This link is over, or was taken back.");
    // Whoever follows a link of the page does not tell where they came from.
    reply.header("referrer-policy", "same-origin");
    return await showDraft(request, reply, { entryId: version.entryId, text: version });
  });
}

interface Outcome extends Pick<EntryPageProps, "problem" | "values"> {
  entryId: number;
}

async function answer(viewer: Viewer, reply: Reply, { entryId, problem, values }: Outcome): Promise<Answer> {
  if (problem === undefined) return reply.redirect(urls.deskEntry({ id: String(entryId) }), 303);
  reply.code(422);
  return <EntryPage {...await getEntryFacts(viewer, entryId)} problem={problem} values={values} />;
}

function firstOf(errors: Readonly<Record<string, string>>): string {
  return Object.values(errors)[0] ?? "That was not understood.";
}
