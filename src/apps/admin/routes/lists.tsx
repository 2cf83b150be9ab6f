import { scopeOf } from "#lib/admin/access.ts";
import { findConsequences, findPlaces } from "#lib/admin/dependents.ts";
import { changeRow, deleteRow, readFields } from "#lib/admin/writing.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { askedOf, listQuery, queryOf, type ListQuery } from "../asked.ts";
import { openModel, type Opened } from "../finding.ts";
import { recorder } from "../history.ts";
import { actionsFor, editableColumns, editableVersion, loadList } from "../listing.ts";
import { counted } from "../parts.tsx";
import { mostDeleted, mostTreated, runAction, selectedRows } from "../selecting.ts";
import { ConfirmPage, Consequence } from "../views/confirm.tsx";
import { ListPage } from "../views/list.tsx";

type ListCall = Request<typeof urls.adminList.pattern, ListQuery>;

/** The lists, and what is done in them. */
export function listRoutes(router: Router): void {
  const open = { access: "permission:admin.open", query: listQuery } as const;

  router.get(urls.adminList.pattern, open, async ({ viewer, params, query }) => {
    const opened = openModel(viewer, params.model, "view");
    return <ListPage {...await loadList(viewer, opened, askedOf(query))} done={query.done} />;
  });

  router.post(urls.adminList.pattern, { ...open, bodyLimit: 2_000_000 }, async (request, reply) => {
    const opened = openModel(request.viewer, request.params.model, "view");
    const deed = bodyOf(request).get("do") ?? "";
    return deed.startsWith("action:")
      ? act(request, reply, opened, deed.slice("action:".length))
      : saveEdited(request, reply, opened);
  });

  const dangerous = { ...open, reauthenticate: true, bodyLimit: 2_000_000 } as const;
  router.post(urls.adminDeletion.pattern, dangerous, async (request, reply) => {
    openModel(request.viewer, request.params.model, "view");
    return deleteMany(request, reply, openModel(request.viewer, request.params.model, "delete"));
  });
}

/** All rows that were edited in the list, or none of them. */
async function saveEdited(request: ListCall, reply: Reply, opened: Opened): Promise<Answer> {
  const { model } = opened;
  const scope = scopeOf(request.viewer, model, "change");
  const keys = editableColumns(request.viewer, model);
  if (scope === undefined || keys.length === 0) throw new NotFound();
  const columns = keys.map((key) => model.columns.get(key)).filter((each) => each !== undefined);
  const body = bodyOf(request);
  const errors = new Map<string, string>();
  try {
    await atomic(async () => {
      for (const [name, version] of body) {
        if (!name.startsWith("version:")) continue;
        const key = name.slice("version:".length);
        const read = readFields(columns, (column) => body.get(`${key}:${column}`) ?? undefined, {});
        for (const [column, error] of Object.entries(read.errors)) errors.set(`${key}:${column}`, error);
        if (Object.keys(read.errors).length > 0) continue;
        // What was not edited says nothing, whatever others have made of it meanwhile.
        if (
          editableVersion({ ...model, editable: keys }, read.values) === version &&
          keys.length === model.editable?.length
        )
          continue;
        const saved = await changeRow(
          model,
          { key, asExpected: ({ values }) => editableVersion(model, values) === version },
          { values: read.values },
          { record: recorder(request), within: scope.where },
        );
        if (saved.state === "wrong")
          for (const [column, error] of Object.entries(saved.errors)) errors.set(`${key}:${column}`, error);
        else if (saved.state !== "saved") throw new UserError(changedMeanwhile);
      }
      if (errors.size > 0) throw new UserError("Nothing was saved yet: look at the fields that are marked.");
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    reply.code(error.message === changedMeanwhile ? 409 : 422);
    const shown = await loadList(request.viewer, opened, askedOf(request.query));
    return <ListPage {...shown} problem={error.message} errors={errors} typed={new Map(body)} />;
  }
  return back(request, reply, "saved");
}

const changedMeanwhile =
  "Somebody else has changed one of these rows meanwhile, so nothing was saved. The fields hold what you chose: look, and save again.";

async function act(request: ListCall, reply: Reply, opened: Opened, name: string): Promise<Answer> {
  const { viewer, params } = request;
  const { model, scope } = openModel(viewer, params.model, "change");
  const action = actionsFor(viewer, model).find((each) => each.name === name);
  if (action === undefined) throw new NotFound();
  const [body, asked] = [bodyOf(request), askedOf(request.query)];
  try {
    const { keys, isAll } = await selectedRows(model, { body, request: asked, within: scope.where, most: mostTreated });
    if (body.get("confirmed") === "yes") {
      await runAction(request, { model, action, keys });
      return await back(request, reply, "done");
    }
    return (
      <ConfirmPage
        model={model}
        title={action.label}
        question={action.confirm(keys.length)}
        label={`Yes, ${action.label.charAt(0).toLowerCase()}${action.label.slice(1)}`}
        action={urls.adminList({ model: model.name }, queryOf(asked, { page: asked.page }))}
        fields={[["do", `action:${name}`], ...chosen(keys, isAll)]}
        back={urls.adminList({ model: model.name }, queryOf(asked, { page: asked.page }))}
      />
    );
  } catch (error) {
    return await sayProblem(request, reply, opened, error);
  }
}

async function deleteMany(request: ListCall, reply: Reply, opened: Opened): Promise<Answer> {
  const { model, scope } = opened;
  const [body, asked] = [bodyOf(request), askedOf(request.query)];
  try {
    const { keys, isAll } = await selectedRows(model, { body, request: asked, within: scope.where, most: mostDeleted });
    if (body.get("confirmed") === "yes") {
      await atomic(async () => {
        for (const key of keys) await deleteRow(model, key, { record: recorder(request), within: scope.where });
      });
      return await back(request, reply, "deleted");
    }
    const consequences = await findConsequences(model, await findPlaces(model, keys));
    const query = queryOf(asked, { page: asked.page });
    return (
      <ConfirmPage
        model={model}
        title={`Delete ${counted(keys.length, model)}`}
        question={`Delete ${counted(keys.length, model)}? Each can be put back from its history.`}
        label="Yes, delete"
        isDangerous
        action={urls.adminDeletion({ model: model.name }, query)}
        fields={chosen(keys, isAll)}
        back={urls.adminList({ model: model.name }, query)}
      >
        <Consequence consequences={consequences} />
      </ConfirmPage>
    );
  } catch (error) {
    return await sayProblem(request, reply, openModel(request.viewer, request.params.model, "view"), error);
  }
}

function chosen(keys: readonly string[], isAll: boolean): [string, string][] {
  return isAll ? [["all", "yes"]] : keys.map((key) => ["key[]", key]);
}

async function sayProblem(request: ListCall, reply: Reply, opened: Opened, error: unknown): Promise<Answer> {
  if (!(error instanceof UserError)) throw error;
  reply.code(422);
  return <ListPage {...await loadList(request.viewer, opened, askedOf(request.query))} problem={error.message} />;
}

async function back({ params, query }: ListCall, reply: Reply, done: string): Promise<Answer> {
  const asked = askedOf(query);
  return reply.redirect(urls.adminList(params, { ...queryOf(asked, { page: asked.page }), done }), 303);
}

function bodyOf(request: ListCall): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}
