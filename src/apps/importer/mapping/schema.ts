import { z } from "zod";
import { levels } from "#apps/catalog/schema.ts";
import { accesses } from "#apps/members/members.ts";
import { compileGlob } from "./glob.ts";

const glob = z.string().refine((pattern) => compileGlob(pattern) !== undefined, "is not a pattern");
const list = z.union([z.string(), z.array(z.string())]);
const file = z.string().min(1);

/** Values that a file's own front matter overrides. Each may be a template. */
const fields = {
  title: z.string().optional(),
  slug: z.string().optional(),
  kind: z.enum(["tutorial", "page", "series"]).optional(),
  summary: z.string().optional(),
  level: z.enum(levels).optional(),
  access: z.enum(accesses).optional(),
  topics: list.optional(),
  authors: list.optional(),
  team: z.record(z.string(), list).optional(),
  series: z.string().optional(),
  position: z.union([z.number().int(), z.string()]).optional(),
  image: z.string().optional(),
  date: z.string().optional(),
  updated: z.string().optional(),
  listed: z.boolean().optional(),
  draft: z.boolean().optional(),
  aliases: list.optional(),
};

const rule = z.strictObject({
  match: z.union([glob, z.array(glob)]),
  skip: z.string().optional(),
  ...fields,
  /** A list of file names, or a template that yields one: the positions of the files that this rule matches. */
  order: list.optional(),
  placeholder: z.string().refine(isExpression, "is not a regular expression").optional(),
  instead: file.optional(),
  join: z.array(z.strictObject({ file, fold: z.string().optional(), before: z.boolean().optional() })).optional(),
  further: file.optional(),
});

const webAddress = z.url({ protocol: /^https?$/ });

/** Whether a profile may link there. */
export function isWebAddress(url: string): boolean {
  return webAddress.safeParse(url).success;
}

const profile = z.strictObject({
  slug: z.string().regex(/^[a-z0-9-]+$/, "must be lowercase letters, digits and hyphens"),
  name: z.string().min(1),
  headline: z.string().optional(),
  bio: z.string().optional(),
  portrait: file.optional(),
  links: z.array(z.strictObject({ label: z.string(), url: webAddress })).optional(),
});

const topic = z.strictObject({
  slug: z.string().regex(/^[a-z0-9-]+$/, "must be lowercase letters, digits and hyphens"),
  name: z.string().min(1),
  summary: z.string().optional(),
  position: z.int().optional(),
});

const series = z.strictObject({
  title: z.string().min(1),
  slug: z.string().optional(),
  summary: z.string().optional(),
  level: z.enum(levels).optional(),
  access: z.enum(accesses).optional(),
  topics: list.optional(),
  authors: list.optional(),
  image: z.string().optional(),
  listed: z.boolean().optional(),
  parts: z.array(file).optional(),
});

/** What `lectern.yaml` may say; `docs/importing.md` explains each key. */
export const mappingSchema = z.strictObject({
  name: z.string().optional(),
  /** The folder is all text of a site, as an export writes it. */
  whole: z.boolean().optional(),
  when: z.array(z.string()).optional(),
  site: z.string().optional(),
  keys: z.record(z.string(), z.string()).optional(),
  ignore: z.array(glob).optional(),
  roots: z.array(file).optional(),
  defaults: z.strictObject(fields).optional(),
  profiles: z.array(profile).optional(),
  topics: z.array(topic).optional(),
  series: z.array(series).optional(),
  files: z.array(rule).optional(),
  links: z.array(z.strictObject({ match: glob, file })).optional(),
  elsewhere: z.array(z.strictObject({ match: glob, to: z.string() })).optional(),
});

export type MappingData = z.infer<typeof mappingSchema>;
export type Rule = z.infer<typeof rule>;

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, "u").source !== "";
  } catch {
    return false;
  }
}
