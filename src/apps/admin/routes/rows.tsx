import { getTableName } from "drizzle-orm";
import { scopeOf, type Scope } from "#lib/admin/access.ts";
import { listChoices } from "#lib/admin/choices.ts";
import { findDocument, versionOf, type Document } from "#lib/admin/rows.ts";
import { addRow, changeRow, readFields, type Saved } from "#lib/admin/writing.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { keyOf, knownModels, type Link, type Model, type Row } from "#lib/admin.ts";
import { NotFound, UserError } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { z } from "zod";
import { loadChoices, openModel, openRow } from "../finding.ts";
import {
  fillable,
  inlineColumns,
  merge,
  partsOf,
  readInlines,
  readTyped,
  readWas,
  typedOf,
  typedOfNew,
  type Typed,
} from "../forms.ts";
import { listChanges, recorder } from "../history.ts";
import { FormPage, type FormPageProps } from "../views/form.tsx";
import { nameOf } from "../views/rows.tsx";

const open = { access: "permission:admin.open" } as const;
const query = z.object({ done: z.string().max(20).catch("").default("") });
const changing = { ...open, bodyLimit: 4_000_000, query } as const;

/** The form of a row, and of one that is being added. */
export function rowRoutes(router: Router): void {
  router.get(urls.adminNew.pattern, open, async ({ viewer, params }) => {
    const { model } = openModel(viewer, params.model, "add");
    return <FormPage {...await formOf(viewer, model, { typed: typedOfNew(model) })} />;
  });

  router.post(urls.adminNew.pattern, changing, addOne);

  router.get(urls.adminRow.pattern, { ...open, query }, async ({ viewer, params, query: { done } }) => {
    const { model, document } = await openRow(viewer, params, "view");
    return <FormPage {...await formOf(viewer, model, { document, typed: typedOf(model, document) })} done={done} />;
  });

  router.post(urls.adminRow.pattern, changing, saveOne);

  const words = z.object({ q: z.string().max(200).catch("").default("") });
  router.get(urls.adminChoices.pattern, { ...open, query: words }, async ({ viewer, params, query: { q } }, reply) => {
    const { model, scope } = openModel(viewer, params.model, "view");
    reply.header("cache-control", "no-store");
    return reply.send(await listChoices(model, { q, limit: 20, within: scope.where }));
  });
}

type RowCall = Request<typeof urls.adminRow.pattern>;
type NewCall = Request<typeof urls.adminNew.pattern>;

async function addOne(request: NewCall, reply: Reply): Promise<Answer> {
  const { viewer, params } = request;
  const { model, scope } = openModel(viewer, params.model, "add");
  const body = bodyOf(request);
  const columns = fillable(viewer, model, { isNew: true });
  const typed = readTyped(model, columns, body);
  // The rows of inlines belong to the one that this was copied from.
  for (const rows of Object.values(typed.inlines)) for (const row of rows) delete row.id;
  const read = readFields(columns, (key) => body.get(key) ?? undefined);
  const rows = readInlines(model, typed);
  const errors = { ...read.errors, ...rows.errors };
  if (Object.keys(errors).length > 0) {
    reply.code(422);
    return <FormPage {...await formOf(viewer, model, { typed })} errors={errors} />;
  }
  const saved = await addRow(
    model,
    { values: { ...read.values, ...ownerOf(viewer, model, scope) }, inlines: rows.inlines },
    { record: recorder(request), verify: (key) => claimed(viewer, model, key, scope) },
  );
  return answer(request, reply, { model, saved, typed });
}

// Who may add their own rows only adds them as theirs.
function ownerOf(viewer: Viewer, { owner }: Model, { where }: Scope): Row {
  return where !== undefined && typeof owner === "string" ? { [owner]: viewer.id } : {};
}

async function claimed({ id }: Viewer, model: Model, key: string, { where }: Scope): Promise<void> {
  if (where === undefined || id === null) return;
  if (typeof model.owner === "object") await model.owner.claim(key, id);
  await stillOpen(model, key, where);
}

async function stillOpen(model: Model, key: string, where: Scope["where"]): Promise<void> {
  if (where !== undefined && (await findDocument(model, key, where)) === undefined)
    throw new UserError("You may only make what is yours, and this would not be.");
}

async function saveOne(request: RowCall, reply: Reply): Promise<Answer> {
  const { viewer, params } = request;
  const { model, scope, document } = await openRow(viewer, params, "change");
  const body = bodyOf(request);
  const columns = fillable(viewer, model, { isNew: false });
  if (columns.length === 0) throw new NotFound();
  const typed = readTyped(model, columns, body);
  takeTheirs(model, typed, body, document);
  const [was, version] = [readWas(body.get("was")), body.get("version") ?? ""];
  const read = readFields(columns, (key) => typed.fields[key], document.values);
  const rows = readInlines(model, typed);
  const errors = { ...read.errors, ...rows.errors };
  if (Object.keys(errors).length > 0) {
    reply.code(422);
    return <FormPage {...await formOf(viewer, model, { document, typed, was, version })} errors={errors} />;
  }
  const saved = await changeRow(
    model,
    { key: params.key, asExpected: (before) => versionOf(before) === version },
    { values: read.values, inlines: rows.inlines },
    { record: recorder(request), within: scope.where, verify: (key) => stillOpen(model, key, scope.where) },
  );
  if (saved.state !== "changed") return answer(request, reply, { model, saved, typed, document, was, version });
  const now = typedOf(model, saved.current);
  const { merged, disagreements } = merge(model, columns, { was, now, yours: typed });
  reply.code(409);
  const props = await formOf(viewer, model, { document: saved.current, typed: merged });
  return <FormPage {...props} disagreements={disagreements} />;
}

// Where two have changed the same, and the second has chosen what the first said.
function takeTheirs(model: Model, typed: Typed, body: URLSearchParams, document: Document): void {
  const now = typedOf(model, document);
  for (const [field, choice] of body) {
    if (!field.startsWith("take:") || choice !== "theirs") continue;
    const name = field.slice("take:".length);
    if (Object.hasOwn(typed.fields, name)) typed.fields[name] = now.fields[name] ?? "";
    if (Object.hasOwn(typed.inlines, name)) typed.inlines[name] = now.inlines[name] ?? [];
  }
}

interface Attempt {
  model: Model;
  saved: Saved;
  typed: Typed;
  document?: Document;
  was?: Typed;
  version?: string;
}

async function answer(request: RowCall | NewCall, reply: Reply, attempt: Attempt): Promise<Answer> {
  const { saved, model, ...shown } = attempt;
  if (saved.state === "wrong") {
    reply.code(422);
    return <FormPage {...await formOf(request.viewer, model, shown)} errors={saved.errors} />;
  }
  if (saved.state !== "saved") throw new NotFound("This row was deleted meanwhile.");
  const done = attempt.document === undefined ? "added" : "saved";
  const target =
    bodyOf(request).get("next") === "stay"
      ? urls.adminRow({ model: model.name, key: saved.key }, { done })
      : urls.adminList({ model: model.name }, { done });
  return reply.redirect(target, 303);
}

interface Shown {
  typed: Typed;
  document?: Document;
  was?: Typed;
  version?: string;
}

/** All that the form of a row shows. */
async function formOf(viewer: Viewer, model: Model, shown: Shown): Promise<FormPageProps> {
  const { document, typed } = shown;
  const [row, key] = [document?.values, document && keyOf(model, document.values)];
  const isOpen = scopeOf(viewer, model, key === undefined ? "add" : "change") !== undefined;
  const columns = isOpen ? fillable(viewer, model, { isNew: key === undefined }) : [];
  const relations = partsOf(model)
    .flatMap(({ fields }) => fields)
    .filter(({ target }) => target !== undefined);
  const inlineChoices = new Map<string, Awaited<ReturnType<typeof loadChoices>>>();
  for (const inline of model.inlines ?? []) {
    const name = getTableName(inline.table);
    const ofInline = inlineColumns(inline).filter(({ target }) => target !== undefined);
    inlineChoices.set(
      name,
      await loadChoices(viewer, ofInline, (column) => (typed.inlines[name] ?? []).map((each) => each[column])),
    );
  }
  const [last] = key === undefined ? [] : await listChanges(model, key, 1);
  return {
    model,
    title: row === undefined ? `Add ${withArticle(model.one)}` : nameOf(model, row),
    key,
    row,
    typed,
    was:
      shown.was ??
      (document === undefined ? { fields: {}, inlines: {} } : openFields(typedOf(model, document), columns)),
    version: shown.version ?? (document === undefined ? "" : versionOf(document)),
    columns,
    choices: await loadChoices(viewer, relations, (name) => [typed.fields[name], row?.[name]]),
    inlineChoices,
    may: {
      save: columns.length > 0,
      add: scopeOf(viewer, model, "add") !== undefined,
      delete: document !== undefined && (await mayDelete(viewer, model, document)),
    },
    links: row === undefined ? [] : linksOf(viewer, model, row),
    last,
  };
}

// What was not to be filled in need not be carried along, and what is hidden must not be.
function openFields({ fields, inlines }: Typed, columns: FormPageProps["columns"]): Typed {
  return { fields: Object.fromEntries(columns.map(({ key }) => [key, fields[key] ?? ""])), inlines };
}

async function mayDelete(viewer: Viewer, model: Model, { values }: Document): Promise<boolean> {
  const scope = scopeOf(viewer, model, "delete");
  if (scope === undefined) return false;
  return scope.where === undefined || (await findDocument(model, keyOf(model, values), scope.where)) !== undefined;
}

// Its page, where else it is looked after, and the lists that can be narrowed to what belongs to it.
function linksOf(viewer: Viewer, model: Model, row: Row): Link[] {
  const links: Link[] = [];
  const page = model.pageOf?.(row);
  if (page !== undefined) links.push({ label: "On the site", href: page });
  const elsewhere = model.elsewhere?.(row);
  if (elsewhere !== undefined) links.push(elsewhere);
  for (const other of knownModels().values()) {
    if (scopeOf(viewer, other, "view") === undefined) continue;
    const way = other.filters?.find((key) => {
      const target = other.columns.get(key)?.target;
      return target !== undefined && getTableName(target) === model.name;
    });
    const filter = `${way}:${decodeURIComponent(keyOf(model, row))}`;
    const label = other.name === model.name ? `Its ${other.many.toLowerCase()}` : other.many;
    if (way !== undefined) links.push({ label, href: urls.adminList({ model: other.name }, { filter }) });
  }
  return links;
}

function withArticle(one: string): string {
  return /^[aeiou]/i.test(one) ? `an ${one}` : `a ${one}`;
}

function bodyOf(request: RowCall | NewCall): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
}
