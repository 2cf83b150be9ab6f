import { ways } from "#apps/desk/views/comparison.tsx";
import { models } from "#apps.ts";
import { pageSize } from "#lib/admin/listing.ts";
import type { RouteInfo } from "#lib/http.ts";
import { entryPath, urls } from "#urls.ts";
import { addressesOf } from "../../test/helpers/examples.ts";
import type { Stored } from "./storing.ts";

/** Of every table the lists, a deletion, and the forms of some rows, with their histories where there can be one. */
export function adminPages({ keys, rows }: Stored, forms: number): string[] {
  return [...models].flatMap(([model, { without }]) => {
    const found = (keys.get(model) ?? []).filter(fitsAddress).slice(0, forms);
    return [
      ...Array.from({ length: Math.ceil(rows / pageSize) }, (_, page) => urls.adminList({ model }, { page: page + 1 })),
      ...found.map((key) => urls.adminRow({ model, key })),
      ...(without?.includes("change") ? [] : found.map((key) => urls.adminHistory({ model, key }))),
      ...(without?.includes("delete") ? [] : found.slice(0, 1).map((key) => urls.adminDelete({ model, key }))),
    ];
  });
}

// The site takes no longer part of an address.
const fitsAddress = (key: string): boolean => encodeURIComponent(key).length <= 500;

/** Pages that say once more what they were asked for. */
export function echoingPages(values: readonly string[]): string[] {
  return values.flatMap((value) => {
    // As much of it as any of them takes.
    const q = value.slice(0, 200);
    return [
      urls.adminList({ model: "topics" }, { q, filter: `kind:${q}`, order: q }),
      urls.adminList({ model: "entries" }, { filter: [`kind:${q}`, `access:${q}`, `parentId:${q}`] }),
      urls.adminSearch({}, { q }),
      urls.desk({}, { q, topic: q }),
      urls.deskMetadata({}, { q, topic: q }),
      urls.deskCalendar({}, { month: q }),
      urls.staffPeople({}, { q }),
      urls.staffEvents({}, { person: q }),
      urls.staffMail({}, { q }),
      urls.staffMedia({}, { q }),
      urls.search({}, { q }),
    ];
  });
}

/** What the desk shows of some entries, and what readers see of all. */
export function deskPages({ entries }: Stored, forms: number): string[] {
  return [
    urls.deskMetadata({}, { q: "alert" }),
    ...entries.map((_id, place) => entryPath({ slug: `vector-${place}` })),
    ...entries
      .slice(0, forms)
      .map(String)
      .flatMap((id) => [
        urls.deskEntry({ id }),
        urls.deskEditor({ id }),
        urls.deskRemarks({ id }, { show: "all" }),
        urls.deskRevisions({ id }),
        urls.deskRevision({ id, number: "2" }),
        ...ways.map((way) => urls.deskComparison({ id }, { from: 1, to: 2, way })),
      ]),
  ];
}

/** Every other page of the site, with what was stored where an address names it. */
export function otherPages(routes: readonly RouteInfo[], { keys, entries }: Stored, forms: number): string[] {
  const some = (name: string): readonly string[] => keys.get(name)?.slice(0, forms) ?? [];
  const entry = entries.slice(0, 1).map(String);
  // Those of pictures and of mails are no pages; what is exported is looked at by itself.
  const others = routes.filter(
    ({ pattern }) => !/^\/(?:media|preview|static|dev|metrics|ready|health)\b|\/export\//.test(pattern),
  );
  const own = Object.fromEntries(
    others.map(({ pattern }): [string, readonly string[]] => {
      if (pattern.startsWith(urls.staffPeople())) return [`${pattern} id`, some("users")];
      if (pattern.startsWith(urls.staffRoles())) return [`${pattern} id`, some("roles")];
      return [`${pattern} id`, entry];
    }),
  );
  return [
    ...others.flatMap((route) => addressesOf(route, own)),
    urls.search({}, { q: "alert" }),
    urls.adminSearch({}, { q: "alert" }),
    urls.searchApi({}, { q: "alert" }),
    ...some("error_groups").map((fingerprint) => urls.staffError({ fingerprint })),
    ...some("media").map((picture) => urls.staffPicture({ picture })),
    ...some("topics").flatMap((key) => [urls.adminChoices({ model: "topics" }, { q: key })]),
  ];
}
