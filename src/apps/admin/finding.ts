import { scopeOf, type Deed, type Scope } from "#lib/admin/access.ts";
import { listChoices } from "#lib/admin/choices.ts";
import { findDocument, type Document } from "#lib/admin/rows.ts";
import { findModel, knownModels, type Model } from "#lib/admin.ts";
import { NotFound } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";
import type { Column } from "#lib/admin/columns.ts";

export interface Opened {
  model: Model;
  scope: Scope;
}

/** A table that the viewer may treat so. Throws NotFound for every other: nobody learns what there is. */
export function openModel(viewer: Viewer, name: string, deed: Deed): Opened {
  const model = knownModels().get(name);
  const scope = model && scopeOf(viewer, model, deed);
  if (model === undefined || scope === undefined) throw new NotFound();
  return { model, scope };
}

/** A row that the viewer may treat so. Throws NotFound. */
export async function openRow(
  viewer: Viewer,
  params: { model: string; key: string },
  deed: Deed,
): Promise<Opened & { document: Document }> {
  const opened = openModel(viewer, params.model, deed);
  const document = await findDocument(opened.model, params.key, opened.scope.where);
  if (document === undefined) throw new NotFound("There is no such row.");
  return { ...opened, document };
}

/** The tables that the viewer may look at, by the apps that they belong to. */
export function groupsFor(viewer: Viewer): Map<string, Model[]> {
  const open = [...knownModels().values()].filter((model) => scopeOf(viewer, model, "view") !== undefined);
  // Where there is much to be done comes before what is only looked at.
  const groups = [...Map.groupBy(open, ({ group }) => group)];
  return new Map(groups.toSorted(([, one], [, other]) => weight(other) - weight(one)));
}

function weight(models: readonly Model[]): number {
  return models.filter(({ without = [] }) => without.length < 3).length;
}

/** Where a relation may lead, as a form shows it. */
export interface Choices {
  /** All of them, when they are few. */
  options: readonly { value: string; title: string }[] | undefined;
  /** What the current value is called. */
  title: string | undefined;
  /** The table that it leads to, for who may look at it. */
  target: Model;
}

/** So many choices are shown at once; more are searched for. */
const fewChoices = 50;

/** What relations may lead to. Those to tables that the viewer may not look at are left out. */
export async function loadChoices(
  viewer: Viewer,
  columns: readonly Column[],
  values: (key: string) => readonly unknown[],
): Promise<ReadonlyMap<string, Choices & { titles: ReadonlyMap<string, string> }>> {
  const found = await Promise.all(
    columns.map(async (column) => {
      const target = column.target && findModel(column.target);
      const scope = target && scopeOf(viewer, target, "view");
      if (target === undefined || scope === undefined || target.key.length !== 1) return [];
      const all = await listChoices(target, { limit: fewChoices + 1, within: scope.where });
      const keys = values(column.key).filter((value) => value !== null && value !== undefined && value !== "");
      const missing = keys.filter((key) => !all.some(({ value }) => value === String(key)));
      const current =
        missing.length === 0
          ? []
          : await listChoices(target, { limit: missing.length, keys: missing, within: scope.where });
      const titles = new Map([...all, ...current].map(({ value, title }) => [value, title]));
      // What the viewer may not look at stays as it is, without its name.
      const unnamed = missing.map(String).filter((value) => !titles.has(value));
      const named = [...all, ...current, ...unnamed.map((value) => ({ value, title: value }))];
      const options = all.length > fewChoices ? undefined : named;
      const [first] = keys;
      return [[column.key, { options, target, titles, title: titles.get(String(first)) }] as const];
    }),
  );
  return new Map(found.flat());
}
