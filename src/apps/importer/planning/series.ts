import type { Mapping } from "../mapping/mapping.ts";
import { readFields, type Fields } from "./fields.ts";
import type { Draft } from "./drafts.ts";
import { toSlug } from "./slugs.ts";

/**
 * Gives each part of a series its parent and its place. A series is a file of that kind, or one that the mapping
 * describes; one that is only named gets a page of its own.
 */
export function bindSeries(drafts: readonly Draft[], mapping: Mapping): Draft[] {
  const all: Draft[] = drafts.filter(({ fields }) => fields.kind === "series");
  const byFile = new Map(drafts.map((draft) => [draft.file, draft]));
  for (const { parts = [], title, slug, ...values } of mapping.series ?? []) {
    const { fields } = readFields(Object.entries(values));
    const series = find(title) ?? create(title, slug, fields);
    for (const [place, file] of parts.entries()) {
      const part = byFile.get(file);
      if (part !== undefined) Object.assign(part.fields, { series: title, position: place + 1 });
    }
    if (!all.includes(series)) all.push(series);
  }
  const places = new Map<Draft, number>();
  const parts: Draft[] = [];
  for (const draft of drafts) {
    if (draft.fields.kind === "series") continue;
    parts.push(draft);
    const { series: name } = draft.fields;
    if (name === undefined) continue;
    const parent = find(name) ?? create(name);
    const place = (places.get(parent) ?? 0) + 1;
    places.set(parent, place);
    draft.parent = parent;
    draft.fields.position ??= place;
  }
  return [...all, ...parts];

  function find(name: string): Draft | undefined {
    return (
      all.find((series) => series.path === `/${name}/`) ??
      all.find((series) => series.title === name || series.path === `/${toSlug(name)}/`)
    );
  }

  function create(title: string, slug?: string, fields: Fields = {}): Draft {
    const path = `/${toSlug(slug ?? title) ?? "series"}/`;
    const series: Draft = {
      file: `series:${path.slice(1, -1)}`,
      title,
      path,
      heading: "",
      source: "\n",
      origin: () => ({ file: mapping.source, line: 1 }),
      lineOf: () => 1,
      formerly: [],
      fields: { ...fields, kind: "series" },
    };
    all.push(series);
    return series;
  }
}
