import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { Refused } from "./http/problems.ts";

/** What a form sent: either `data`, or `errors` by field. `values` is what was typed, for showing the form again. */
export interface Submitted<Data> {
  data: Data | undefined;
  errors: FormErrors;
  values: FormValues;
}
export type FormErrors = Readonly<Record<string, string>>;
export type FormValues = Readonly<Record<string, string>>;

/**
 * Reads a form. A field is a string; one whose schema is an array has all values of its name; one that was not sent is
 * undefined. Names that the schema does not have are dropped. The messages of the schema are shown beside the fields.
 * Throws Refused with 400 for a NUL.
 */
export function readForm<Schema extends z.ZodObject>(
  request: Pick<FastifyRequest, "body">,
  schema: Schema,
): Submitted<z.output<Schema>> {
  const body = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  // Postgres cannot store it, and nobody types it.
  if (Array.from(body.values()).some((value) => value.includes("\0"))) throw new Refused(400);
  const given: Record<string, unknown> = {};
  const values: Record<string, string> = {};
  for (const [name, type] of Object.entries(schema.shape)) {
    if (isList(type)) given[name] = body.getAll(name);
    else if (body.has(name)) given[name] = values[name] = body.get(name) ?? "";
  }
  const result = schema.safeParse(given);
  if (result.success) return { data: result.data, errors: {}, values };
  const errors: Record<string, string> = {};
  for (const { path, message } of result.error.issues) errors[String(path[0] ?? "")] ??= message;
  return { data: undefined, errors, values };
}

/**
 * Takes a form with a file in it apart, as a route with `body: "upload"` gets it: the text as `readForm` reads it, and the
 * file of that name; undefined when none was chosen.
 */
export async function readUpload(
  request: FastifyRequest,
  name: string,
): Promise<{ body: URLSearchParams; file: Uint8Array | undefined }> {
  if (request.body instanceof URLSearchParams) return { body: request.body, file: undefined };
  const body = new URLSearchParams();
  let file: Uint8Array | undefined;
  for (const [field, value] of await request.formData()) {
    if (typeof value === "string") body.append(field, value);
    else if (field === name && value.size > 0) file = await value.bytes();
  }
  return { body, file };
}

function isList(type: z.core.$ZodType): boolean {
  return type instanceof z.ZodArray || (type instanceof z.ZodDefault && isList(type.unwrap()));
}
