import { z } from "zod";
import { scopeOf } from "#lib/admin/access.ts";
import { findDocument } from "#lib/admin/rows.ts";
import { changeRow, restoreDeleted, type Saved } from "#lib/admin/writing.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { Refused } from "#lib/http/problems.ts";
import { urls } from "#urls.ts";
import { openModel } from "../finding.ts";
import { fillable } from "../forms.ts";
import { findChange, listChanges, recorder, stateAfter } from "../history.ts";
import { HistoryPage } from "../views/history.tsx";
import { nameOf } from "../views/rows.tsx";

type HistoryCall = Request<typeof urls.adminHistory.pattern>;

/** What was done to rows, and the way back. */
export function historyRoutes(router: Router): void {
  const open = { access: "permission:admin.open" } as const;
  const query = z.object({ done: z.string().max(20).catch("").default("") });

  router.get(urls.adminHistory.pattern, { ...open, query }, async ({ viewer, params, query: { done } }) => {
    const { model, scope } = openModel(viewer, params.model, "view");
    const document = await findDocument(model, params.key, scope.where);
    // Whose a row was that is gone, nobody can tell any more.
    if (document === undefined && scope.where !== undefined) throw new NotFound();
    const changes = await listChanges(model, params.key);
    if (document === undefined && changes.length === 0) throw new NotFound();
    const deed = scopeOf(viewer, model, document === undefined ? "add" : "change");
    return (
      <HistoryPage
        model={model}
        key={params.key}
        title={document === undefined ? (changes[0]?.title ?? params.key) : nameOf(model, document.values)}
        changes={changes}
        isThere={document !== undefined}
        mayRestore={deed !== undefined && (document !== undefined || deed.where === undefined)}
        done={done}
      />
    );
  });

  router.post(urls.adminHistory.pattern, open, restore);
}

async function restore(request: HistoryCall, reply: Reply): Promise<Answer> {
  const { viewer, params } = request;
  const { model, scope } = openModel(viewer, params.model, "view");
  const id = request.body instanceof URLSearchParams ? (request.body.get("change") ?? "") : "";
  const change = /^\d{1,15}$/.test(id) ? await findChange(model, params.key, Number(id)) : undefined;
  if (change === undefined) throw new NotFound("There is no such change.");
  const document = await findDocument(model, params.key, scope.where);
  const deed = scopeOf(viewer, model, document === undefined ? "add" : "change");
  if (deed === undefined || (document === undefined && deed.where !== undefined)) throw new NotFound();
  const writing = { record: recorder(request), action: "restored", within: deed.where };
  let saved: Saved;
  if (document === undefined) {
    if (change.gone.length === 0) throw new NotFound("This cannot be put back.");
    saved = await restoreDeleted(model, change, writing);
  } else {
    const state = await stateAfter(model, params.key, change);
    // Nobody restores what they could not fill in.
    const open = new Set(fillable(viewer, model, { isNew: false }).map(({ key }) => key));
    const values = Object.fromEntries(Object.entries(state.values).filter(([name]) => open.has(name)));
    saved = await changeRow(model, { key: params.key }, { ...state, values }, writing);
  }
  if (saved.state === "wrong")
    throw new Refused(409, `It cannot be restored. ${Object.values(saved.errors).join(" ")}`);
  if (saved.state !== "saved") throw new NotFound();
  return reply.redirect(urls.adminHistory({ model: model.name, key: saved.key }, { done: "restored" }), 303);
}
