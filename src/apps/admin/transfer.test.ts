import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq, like } from "drizzle-orm";
import { topics } from "#apps/catalog/schema.ts";
import { csvLine, readCsv } from "#lib/admin/csv.ts";
import { db } from "#lib/db.ts";
import { urls } from "#urls.ts";
import { site } from "../../../test/helpers/site.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { changes } from "./schema.ts";

const otto = await newVisitor("otto");
const address = urls.adminImport({ model: "topics" });

/** Sends a file as the form does. */
async function upload(csv: string | Buffer) {
  const token = /name="csrf" value="([\w-]+)"/.exec((await otto.get(address)).html)?.[1] ?? "";
  const parts = [
    `--X\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n${token}\r\n`,
    '--X\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\ncontent-type: text/csv\r\n\r\n',
  ];
  const payload = Buffer.concat([Buffer.from(parts.join("")), Buffer.from(csv), Buffer.from("\r\n--X--\r\n")]);
  const cookie = [...otto.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = {
    host: "localhost",
    origin: "http://localhost",
    cookie,
    "content-type": "multipart/form-data; boundary=X",
  };
  const { statusCode, body } = await site.fastify.inject({ method: "POST", url: address, headers, payload });
  return { status: statusCode, html: body, text: body.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ") };
}

test("cells that a spreadsheet would run are text in an export, and come back as they were", async () => {
  const evil = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("https://example.org")', 'a, "b"\nc'];
  await db.insert(topics).values(evil.map((name, n) => ({ slug: `evil-${n}`, name, position: -5 })));
  const { html, headers } = await otto.get(urls.adminExport({ model: "topics", format: "csv" }, { q: "evil" }));
  assert.match(String(headers["content-disposition"]), /^attachment; filename="topics-/);
  const [head, ...rows] = readCsv(html);
  const column = head?.cells.indexOf("name") ?? -1;
  assert.deepEqual(
    rows.map(({ cells }) => cells[column]),
    evil,
  );
  for (const name of evil.slice(0, -1)) assert.match(html, new RegExp(`,"?'${RegExp.escape(name.slice(0, 2))}`), name);
  // Numbers stay numbers.
  assert.match(html, /,-5\r\n/);
  await db.delete(topics).where(like(topics.slug, "evil-%"));
});

test("an export holds what the list is narrowed to, as JSON too", async () => {
  const { html } = await otto.get(urls.adminExport({ model: "entries", format: "json" }, { filter: "kind:series" }));
  const rows: unknown = JSON.parse(html);
  assert.ok(Array.isArray(rows) && rows.length > 0 && rows.every((row: { kind: string }) => row.kind === "series"));
});

test("a dry run tells what each line would do, and does none of it", async () => {
  const before = await db.select().from(topics);
  const told = (await db.select().from(changes)).length;
  const page = await upload(
    "slug,name,position\npython,Python 3,0\nfresh,Fresh,1\n,Nothing,2\npython,Python,x\npython\n",
  );
  assert.equal(page.status, 200, page.text.slice(0, 300));
  assert.match(page.text, /2 Python 3 changed Name/);
  assert.match(page.text, /3 Fresh added/);
  assert.match(page.text, /4 Nothing refused slug: Please fill this in/);
  assert.match(page.text, /5 Python refused position: Please give a whole number/);
  assert.match(page.text, /6 python refused It has 1 cells in place of 3/);
  assert.match(page.text, /Nothing is imported while a line is refused/);
  assert.deepEqual(await db.select().from(topics), before);
  assert.equal((await db.select().from(changes)).length, told);
});

test("a file is imported whole, or not at all", async () => {
  const broken = "slug,name\nnew-a,New A\nnew-a,Twice\nnew-b,\n";
  const refused = await otto.post(address, { csv: broken }, address);
  assert.equal(refused.status, 422);
  assert.equal((await db.select().from(topics).where(like(topics.slug, "new-%"))).length, 0);
  const done = await otto.post(address, { csv: "slug,name\nnew-a,New A\nnew-b,New B\npython,Python 4\n" }, address);
  assert.equal(done.status, 303, done.text.slice(0, 400));
  assert.equal((await db.select().from(topics).where(like(topics.slug, "new-%"))).length, 2);
  assert.equal((await db.select().from(topics).where(eq(topics.slug, "python")))[0]?.name, "Python 4");
  assert.equal((await db.select().from(changes).where(eq(changes.action, "imported"))).length, 3);
});

test("an export that is imported again changes nothing", async () => {
  const { html } = await otto.get(urls.adminExport({ model: "topics", format: "csv" }));
  const page = await upload(html);
  assert.match(page.text, /Added 0 Changed 0 As it is \d+ Refused 0/);
});

test("a file that is none is told so", async () => {
  assert.match((await upload("slug,nothing\na,b\n")).text, /There is no column called “nothing”/);
  assert.match((await upload("")).text, /no lines below its head/);
  assert.equal((await upload(Buffer.from([0xff, 0xfe, 0x00, 0x01]))).status, 422);
});

test("CSV is read as spreadsheets write it", () => {
  assert.deepEqual(cells('\uFEFFa;b\r\n"1;2";"say ""x"""\r\n'), [
    ["a", "b"],
    ["1;2", 'say "x"'],
  ]);
  assert.deepEqual(cells('a,b\n"two\nlines",c'), [
    ["a", "b"],
    ["two\nlines", "c"],
  ]);
  assert.deepEqual(
    readCsv('a\n"x\ny"\nz\n').map(({ line }) => line),
    [1, 2, 4],
  );
  assert.equal(csvLine(["a,b", 'say "x"', "-1.5", "=1"]), `"a,b","say ""x""",-1.5,'=1\r\n`);
});

function cells(text: string): string[][] {
  return readCsv(text).map((row) => row.cells);
}
