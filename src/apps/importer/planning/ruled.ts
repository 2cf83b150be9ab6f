import { UserError } from "#lib/errors.ts";
import type { Rule } from "../mapping/schema.ts";
import { expand, expandText, readData, type TemplateContext } from "../mapping/template.ts";
import { readFields, type Fields } from "./fields.ts";

/** The values of a mapping with its templates filled in, read as a front matter is. */
export async function mapped(values: object, context: TemplateContext): Promise<Fields> {
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(values)) entries.push([key, await fill(value, context)]);
  const { fields, refused, notes } = readFields(entries);
  const [problem] = [...refused.map(({ reason }) => reason), ...notes.map(({ sentence }) => `${sentence}.`)];
  if (problem !== undefined) throw new UserError(`The mapping gives a value that cannot be used: ${problem}`);
  return fields;
}

async function fill(value: unknown, context: TemplateContext): Promise<unknown> {
  if (typeof value === "string") return expand(value, context);
  if (Array.isArray(value)) return Promise.all(value.map((item) => fill(item, context)));
  if (typeof value !== "object" || value === null) return value;
  const filled = Object.entries(value).map(async ([key, item]) => [key, await fill(item, context)] as const);
  return Object.fromEntries(await Promise.all(filled));
}

export function pickFields(rule: Rule): object {
  const {
    match: _match,
    skip: _skip,
    order: _order,
    placeholder: _p,
    instead: _i,
    join: _j,
    further: _f,
    ...fields
  } = rule;
  return fields;
}

export async function positionOf(
  file: string,
  rule: Rule | undefined,
  context: TemplateContext,
): Promise<number | undefined> {
  if (rule?.order === undefined) return undefined;
  const order = await fill(rule.order, context);
  if (!Array.isArray(order)) return undefined;
  const place = order.findIndex((name) => name === file || name === file.split("/").at(-1));
  return place < 0 ? order.length + 1 : place + 1;
}

/** A list of links from a JSON or YAML file: texts, or `{ url, description }`. */
export async function furtherReading(rule: Rule | undefined, context: TemplateContext): Promise<string> {
  if (rule?.further === undefined) return "";
  const file = context.folder.resolve(context.file, await expandText(rule.further, context));
  const links = file === undefined ? undefined : await readData(context.folder, file);
  const items = (Array.isArray(links) ? links : []).flatMap((link: unknown) => {
    const url: unknown = typeof link === "object" && link !== null ? Reflect.get(link, "url") : link;
    if (typeof url !== "string" || !/^https?:\/\/[^\s<>]+$/.test(url)) return [];
    const text: unknown = typeof link === "object" && link !== null ? Reflect.get(link, "description") : undefined;
    const label = typeof text === "string" && text.trim() !== "" ? text.trim().replace(/\s+/g, " ") : url;
    return [`- [${label.replace(/[\\[\]`*_<>~$^{]/g, "\\$&")}](<${url}>)`];
  });
  return items.length === 0 ? "" : `## Further reading\n\n${items.join("\n")}`;
}
