import { eq } from "drizzle-orm";
import { touchContent } from "#apps/catalog/content-version.ts";
import { addRedirect } from "#apps/catalog/saving.ts";
import { entries } from "#apps/catalog/schema.ts";
import { findConsequences, findPlaces, mostKept, type Consequences } from "#lib/admin/dependents.ts";
import { deleteRow } from "#lib/admin/writing.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { keyOf, knownModels, type Model, type Row } from "#lib/admin.ts";
import { atomic, db } from "#lib/db.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import { reservedSegments, urls } from "#urls.ts";
import { loadChoices, openModel, openRow } from "../finding.ts";
import { recorder } from "../history.ts";
import { DeletePage, type DeletePageProps } from "../views/deletion.tsx";

type DeleteCall = Request<typeof urls.adminDelete.pattern>;

/** What goes when a row is deleted, and the deletion. */
export function deletionRoutes(router: Router): void {
  const open = { access: "permission:admin.open" } as const;

  router.get(urls.adminDelete.pattern, open, async (request) => {
    openModel(request.viewer, request.params.model, "view");
    const { model, document } = await openRow(request.viewer, request.params, "delete");
    return <DeletePage {...await shownOf(request, model, document.values)} />;
  });

  router.delete(urls.adminDelete.pattern, open, async (request, reply) => {
    const { model, scope, document } = await openRow(request.viewer, request.params, "delete");
    try {
      await atomic(async () => {
        const writing = { record: recorder(request), within: scope.where };
        if (!(await deleteRow(model, request.params.key, writing))) throw new NotFound("There is no such row.");
        await leadReaders(request, model, document.values);
      });
    } catch (error) {
      return await sayProblem(request, reply, model, { row: document.values, error });
    }
    return reply.redirect(urls.adminList({ model: model.name }, { done: "deleted" }), 303);
  });
}

async function leadReaders(request: DeleteCall, model: Model, row: Row): Promise<void> {
  const wanted = request.body instanceof URLSearchParams ? (request.body.get("redirect") ?? "").trim() : "";
  const path = redirectable(model, row);
  if (wanted === "" || path === undefined) return;
  const [target] = /^\d{1,9}$/.test(wanted)
    ? await db
        .select({ id: entries.id })
        .from(entries)
        .where(eq(entries.id, Number(wanted)))
    : [];
  if (target === undefined) throw new UserError("The entry that readers shall be led to is not there.");
  await addRedirect(path, target.id);
  await touchContent();
}

async function sayProblem(
  request: DeleteCall,
  reply: Reply,
  model: Model,
  { row, error }: { row: Row; error: unknown },
): Promise<Answer> {
  if (!(error instanceof UserError)) throw error;
  reply.code(422);
  return <DeletePage {...await shownOf(request, model, row)} problem={error.message} />;
}

async function shownOf({ viewer, params }: DeleteCall, model: Model, row: Row): Promise<DeletePageProps> {
  const consequences = await findConsequences(model, await findPlaces(model, [params.key]));
  const path = redirectable(model, row);
  const column = knownModels().get("redirects")?.columns.get("entryId");
  const choices =
    path === undefined || column === undefined ? undefined : await loadChoices(viewer, [column], () => []);
  const found = choices?.get("entryId");
  const others = found && { ...found, options: found.options?.filter(({ value }) => value !== keyOf(model, row)) };
  return {
    model,
    row,
    consequences,
    redirect: path === undefined || column === undefined ? undefined : { path, column, choices: others },
    canBeRestored: countOf(consequences) <= mostKept,
  };
}

/** The public address of a row, when it is one that can lead elsewhere: pages of the site itself stay where they are. */
function redirectable(model: Model, row: Row): string | undefined {
  const path = model.pageOf?.(row);
  return path === undefined || reservedSegments.has(path.split("/")[1] ?? "") ? undefined : path;
}

function countOf({ places }: Consequences): number {
  return [...places.values()].reduce((sum, { size }) => sum + size, 0);
}
