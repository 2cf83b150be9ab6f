import type { FastifyRequest } from "fastify";
import { z } from "zod";
import {
  addRemark,
  answerRemark,
  deleteRemark,
  editRemark,
  getRemark,
  listRemarks,
  reopenRemark,
  resolveRemark,
} from "#apps/editorial/remarks.ts";
import { acceptSuggestion, rejectSuggestion } from "#apps/editorial/suggestions.ts";
import { findNewest } from "#apps/editorial/versions.ts";
import type { Answer, Reply, Router } from "#lib/app.ts";
import { UserError } from "#lib/errors.ts";
import { readForm, type Submitted } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { idIn } from "../ids.ts";
import { choose, getReview, lineAt, type ReviewQuery } from "../review.ts";
import { ReviewPage } from "../views/review.tsx";

const count = z.coerce.number().int().positive().max(10_000_000);
const offset = z.coerce.number().int().nonnegative().max(10_000_000);
const filter = z.enum(["open", "all"]).optional().catch(undefined);
// What a field was left empty for is as good as not sent.
const optional = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);
const query = z.object({
  number: optional(count),
  show: filter,
  line: optional(count),
  to: optional(count),
  startsAt: optional(offset),
  endsAt: optional(offset),
  saved: optional(count),
});

// Postgres cannot store a NUL, and nobody types it.
const words = z
  .string()
  .max(20_000, "That is too long.")
  .refine((text) => !text.includes("\0"));
const said = z.object({
  number: count,
  startsAt: offset,
  endsAt: offset,
  body: words.default(""),
  suggestion: words.nullish(),
});
const answered = z.object({ body: words, show: filter });
const changed = z.object({
  state: z.enum(["open", "resolved", "accepted", "rejected"]).optional(),
  body: words.optional(),
  suggestion: words.nullish(),
  show: filter,
});

/** A text beside what is said of it. */
export function reviewsRoutes(router: Router): void {
  const opening = { access: "permission:desk.open" } as const;
  const reviewing = { access: "permission:desk.review" } as const;

  router.get(urls.deskRemarks.pattern, { ...opening, query }, async ({ viewer, params, query: asked }) => (
    <ReviewPage review={await getReview(viewer, idIn(params.id), asked)} saved={asked.saved} />
  ));

  router.post(urls.deskRemarks.pattern, reviewing, async (request, reply) => {
    const { viewer, params } = request;
    const entryId = idIn(params.id);
    const { data, errors, values } = readBody(request, said);
    if (data === undefined) throw new Refused(400, Object.values(errors)[0]);
    try {
      const { id } = await addRemark(viewer, entryId, data);
      return isForm(request) ? reply.redirect(urls.deskRemark({ id: String(id) }), 303) : json(reply.code(201), { id });
    } catch (error) {
      if (!(error instanceof UserError) || !isForm(request)) throw error;
      const review = await getReview(viewer, entryId, data);
      const chosen = review.chosen ?? choose(review.version.source, { line: 1 });
      reply.code(422);
      return (
        <ReviewPage review={{ ...review, chosen: chosen && { ...chosen, values, errors: { "": error.message } } }} />
      );
    }
  });

  // Where the links of mails lead: to the remark, wherever it stands now.
  router.get(urls.deskRemark.pattern, opening, async ({ params }, reply) => {
    const remark = await getRemark(idIn(params.id));
    const { entryId, state } = remark.parentId === null ? remark : await getRemark(remark.parentId);
    const show = state === "open" ? undefined : "all";
    return reply.redirect(`${urls.deskRemarks({ id: String(entryId) }, { show })}#remark-${remark.id}`, 303);
  });

  router.post(urls.deskRemark.pattern, opening, async (request, reply) => {
    const { data, errors } = readBody(request, answered);
    if (data === undefined) throw new Refused(400, Object.values(errors)[0]);
    return await answer(request, reply, data, async (viewer, id) => {
      const { id: made } = await answerRemark(viewer, id, data.body);
      return { id: made };
    });
  });

  router.patch(urls.deskRemark.pattern, opening, async (request, reply) => {
    const { data, errors } = readBody(request, changed);
    if (data === undefined) throw new Refused(400, Object.values(errors)[0]);
    return await answer(request, reply, data, async (viewer, id) => {
      const { state, body, suggestion } = data;
      if (state === undefined)
        await editRemark(viewer, id, { body: body ?? "", ...(suggestion !== undefined && { suggestion }) });
      else return await settle(viewer, id, state);
      return {};
    });
  });

  router.delete(urls.deskRemark.pattern, opening, async (request, reply) => {
    const { entryId } = await deleteRemark(request.viewer, idIn(request.params.id));
    return isForm(request) ? reply.redirect(urls.deskRemarks({ id: String(entryId) }), 303) : json(reply, {});
  });
}

type Outcome = { id?: number; number?: number; problem?: string };

async function settle(
  viewer: Viewer,
  id: number,
  state: "open" | "resolved" | "accepted" | "rejected",
): Promise<Outcome> {
  if (state === "accepted") return await acceptSuggestion(viewer, id);
  const verbs = { open: reopenRemark, resolved: resolveRemark, rejected: rejectSuggestion };
  await verbs[state](viewer, id);
  return {};
}

// A script is told the outcome; somebody with a form sees the page where they were, with what was wrong.
async function answer(
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: Reply,
  { show }: { show?: "open" | "all" | undefined },
  act: (viewer: Viewer, id: number) => Promise<Outcome>,
): Promise<Answer> {
  const { viewer } = request;
  const id = idIn(request.params.id);
  const { entryId } = await getRemark(id);
  const outcome = await act(viewer, id).catch((error: unknown): Outcome => {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  });
  if (!isForm(request)) return json(outcome.problem === undefined ? reply : reply.code(409), { ...outcome });
  if (outcome.problem !== undefined) {
    reply.code(422);
    return <ReviewPage review={await getReview(viewer, entryId, { show })} problem={outcome.problem} />;
  }
  const place = await fragmentOf(entryId, outcome.id ?? id, show);
  return reply.redirect(urls.deskRemarks({ id: String(entryId) }, { show, saved: outcome.number }) + place, 303);
}

// A remark that is not shown any more is where its line is.
async function fragmentOf(entryId: number, id: number, show: ReviewQuery["show"]): Promise<string> {
  const newest = await findNewest(entryId);
  const threads = newest === undefined ? [] : await listRemarks(entryId, newest.number);
  const thread = threads.find((each) => each.id === id || each.answers.some((said) => said.id === id));
  if (show === "all" || thread?.state === "open") return `#remark-${id}`;
  return thread?.place === undefined ? "" : `#line-${lineAt(newest?.source ?? "", thread.place.startsAt)}`;
}

function isForm({ body }: Pick<FastifyRequest, "body">): boolean {
  return body instanceof URLSearchParams || body === undefined || body === null;
}

function readBody<Schema extends z.ZodObject>(request: FastifyRequest, schema: Schema): Submitted<z.output<Schema>> {
  if (isForm(request)) return readForm(request, schema);
  const { data, error } = schema.safeParse(request.body);
  return { data, errors: error === undefined ? {} : { "": "What was sent is not understood." }, values: {} };
}

function json(reply: Reply, value: object): Answer {
  return reply.type("application/json; charset=utf-8").send(JSON.stringify(value));
}
