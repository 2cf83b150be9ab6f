import { Readable } from "node:stream";
import { csvLine } from "#lib/admin/csv.ts";
import { scopeOf } from "#lib/admin/access.ts";
import { everyRow, shownColumns } from "#lib/admin/listing.ts";
import { toCell } from "#lib/admin/values.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import type { Model, Row } from "#lib/admin.ts";
import { NotFound } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { askedOf, listQuery } from "../asked.ts";
import { openModel } from "../finding.ts";
import { fillable } from "../forms.ts";
import { importCsv } from "../importing.ts";
import { ImportPage } from "../views/importing.tsx";

const mostBytes = 1_000_000;

type ImportCall = Request<typeof urls.adminImport.pattern>;

/** Rows go out as files, and come in from one. */
export function transferRoutes(router: Router): void {
  const open = { access: "permission:admin.open" } as const;

  router.get(urls.adminExport.pattern, { ...open, query: listQuery }, ({ viewer, params, query }, reply) => {
    const { model, scope } = openModel(viewer, params.model, "view");
    const write = writers.get(params.format);
    if (write === undefined) throw new NotFound();
    const name = `${model.name}-${new Date().toISOString().slice(0, 10)}.${params.format}`;
    reply.header("content-disposition", `attachment; filename="${name}"`).header("cache-control", "no-store");
    reply.type(params.format === "csv" ? "text/csv; charset=utf-8" : "application/json; charset=utf-8");
    return reply.send(Readable.from(write(model, everyRow(model, askedOf(query), scope.where))));
  });

  router.get(urls.adminImport.pattern, open, (request) => {
    const model = importable(request);
    return <ImportPage model={model} columns={columnsOf(request, model)} />;
  });

  router.post(urls.adminImport.pattern, { ...open, body: "upload", bodyLimit: mostBytes * 4 }, takeFile);
}

async function takeFile(request: ImportCall, reply: Reply): Promise<Answer> {
  const model = importable(request);
  const columns = columnsOf(request, model);
  const isDryRun = !(request.body instanceof URLSearchParams);
  const csv = request.body instanceof URLSearchParams ? request.body.get("csv") : await fileIn(request.body);
  if (csv === null || csv.length > mostBytes) {
    reply.code(422);
    const problem = csv === null ? "Choose a file of text, in UTF-8." : "The file is larger than 1 MB.";
    return <ImportPage model={model} columns={columns} problem={problem} />;
  }
  const imported = await importCsv(request, model, { csv, isDryRun });
  if (imported.isDone) return reply.redirect(urls.adminList({ model: model.name }, { done: "imported" }), 303);
  if (imported.problem !== undefined || !isDryRun) reply.code(422);
  return <ImportPage model={model} columns={columns} imported={imported} csv={csv} />;
}

async function fileIn(body: unknown): Promise<string | null> {
  const field: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "file") : undefined;
  if (typeof field !== "object" || field === null || !("toBuffer" in field) || typeof field.toBuffer !== "function")
    return null;
  const bytes: unknown = await field.toBuffer();
  try {
    return bytes instanceof Uint8Array ? new TextDecoder("utf-8", { fatal: true }).decode(bytes) : null;
  } catch {
    return null;
  }
}

function importable({ viewer, params }: ImportCall): Model {
  const { model } = openModel(viewer, params.model, "view");
  const open = scopeOf(viewer, model, "add") ?? scopeOf(viewer, model, "change");
  if (open === undefined) throw new NotFound();
  return model;
}

function columnsOf({ viewer }: ImportCall, model: Model): string[] {
  const open = new Set([true, false].flatMap((isNew) => fillable(viewer, model, { isNew }).map(({ key }) => key)));
  return [...model.columns.keys()].filter((key) => open.has(key) || model.key.includes(key));
}

async function* asCsv(model: Model, rows: AsyncGenerator<Row[]>): AsyncGenerator<string> {
  const columns = shownColumns(model);
  yield csvLine(columns.map(([key]) => key));
  for await (const some of rows) {
    yield some.map((row) => csvLine(columns.map(([key, column]) => toCell(column, row[key])))).join("");
  }
}

async function* asJson(_model: Model, rows: AsyncGenerator<Row[]>): AsyncGenerator<string> {
  yield "[";
  let isFirst = true;
  for await (const some of rows) {
    yield some.map((row, place) => `${isFirst && place === 0 ? "\n" : ",\n"}${JSON.stringify(row)}`).join("");
    isFirst = false;
  }
  yield "\n]\n";
}

const writers = new Map([
  ["csv", asCsv],
  ["json", asJson],
]);
