import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Contents } from "./contents.tsx";
import { Byline, Gate, Share } from "./entry-parts.tsx";
import { JsonLd } from "./json-ld.tsx";
import { Pagination } from "./navigation.tsx";
import { themeScript, themeScriptHash } from "./theme-script.ts";

test("data for search engines cannot end its script", () => {
  const markup = String(JsonLd({ data: { name: "</script><!-- & \u2028" } }));
  assert.equal(markup.match(/<\/script>/g)?.length, 1);
  assert.doesNotMatch(markup, /<!--|\u2028/);
  assert.deepEqual(JSON.parse(/>(.+)</.exec(markup)?.[1] ?? ""), { name: "</script><!-- & \u2028" });
});

test("the hash of the theme script is what a browser computes", () => {
  assert.equal(themeScriptHash, `sha256-${createHash("sha256").update(themeScript).digest("base64")}`);
  assert.doesNotMatch(themeScript, /[<&]/);
});

test("contents nest by the ranks that a text has", () => {
  const headings = [
    { level: 3, id: "a", text: "A" },
    { level: 4, id: "b", text: "B" },
    { level: 5, id: "c", text: "C" },
    { level: 3, id: "d", text: "D <b>" },
  ];
  const markup = String(Contents({ headings }));
  assert.match(markup, /<a href="#a">A<\/a><ol><li><a href="#b">B<\/a><\/li><\/ol>/);
  assert.doesNotMatch(markup, /#c/);
  assert.match(markup, /D &lt;b&gt;/);
});

test("a text with one section has no contents", () => {
  assert.equal(Contents({ headings: [{ level: 2, id: "a", text: "A" }] }), null);
  assert.equal(Contents({ headings: [] }), null);
});

const hrefOf = (page: number): string => `?page=${page}`;

test("pages have what comes before and after, and one page has nothing", () => {
  assert.equal(Pagination({ page: 1, pages: 1, hrefOf }), null);
  const first = String(Pagination({ page: 1, pages: 3, hrefOf }));
  assert.match(first, /rel="next" href="\?page=2"/);
  assert.doesNotMatch(first, /rel="prev"/);
});

test("the gate says for whom the rest is, and shows the ways there", () => {
  assert.match(String(Gate({ access: "members" })), /The rest of this tutorial is for members\./);
  assert.doesNotMatch(String(Gate({ access: "registered" })), /href/);
  assert.match(String(Gate({ access: "registered", children: "Join" })), /Join<\/section>/);
});

test("an address and a title are encoded in the links that share them", () => {
  const markup = String(Share({ url: "https://a.example/x/?y=1&z=2", title: "Q&A" }));
  assert.match(markup, /submitlink\?u=https%3A%2F%2Fa\.example%2Fx%2F%3Fy%3D1%26z%3D2&amp;t=Q%26A/);
});

test("an entry says when it was updated only if that was another day", () => {
  const publishedAt = new Date("2026-03-01T08:00:00Z");
  const byline = (updatedAt: Date) => String(Byline({ authors: [], publishedAt, updatedAt, readingMinutes: 3 }));
  assert.doesNotMatch(byline(new Date("2026-03-01T20:00:00Z")), /Updated/);
  assert.match(byline(new Date("2026-04-01T08:00:00Z")), /Updated .*1 Apr 2026/);
});
