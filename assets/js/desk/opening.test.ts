import assert from "node:assert/strict";
import { test } from "node:test";
import type { BrowserCopy } from "./browser-copy.ts";
import { chooseText, type Base, type ServerCopy } from "./opening.ts";
import { countText } from "./outline.ts";
import { placeOf } from "./remarks.ts";

const text = { title: "T", summary: "" };
const newest: Base = { ...text, source: "saved", number: 3, author: null, savedAt: null };
const copy: ServerCopy = { ...text, source: "kept by the site", baseNumber: 3, sequence: 20, updatedAt: "" };
const browser: BrowserCopy = {
  ...text,
  source: "typed last",
  key: "1/1",
  baseNumber: 3,
  known: [10, 20],
  isKept: false,
  synced: { ...text, source: "kept by the site" },
  changedAt: 0,
};

test("with nothing typed the newest version is opened", () => {
  const { text: opened, from } = chooseText(newest, null, undefined);
  assert.deepEqual([opened.source, from], ["saved", "version"]);
});

test("what this browser alone has goes before what the site kept of the same editor", () => {
  const opening = chooseText(newest, copy, browser);
  assert.deepEqual([opening.text.source, opening.from, opening.foreign], ["typed last", "browser", undefined]);
});

test("what this browser alone has is opened when the site has nothing", () => {
  assert.equal(chooseText(newest, null, browser).text.source, "typed last");
});

test("what the site has kept goes before an old copy of this browser that it had as well", () => {
  const opening = chooseText(newest, copy, { ...browser, isKept: true });
  assert.deepEqual([opening.text.source, opening.known], ["kept by the site", [20]]);
});

test("a copy of this browser that was kept, and is a version by now, is no more than that version", () => {
  assert.equal(chooseText(newest, null, { ...browser, isKept: true }).from, "version");
});

test("two devices that went different ways are both answered, with what both began from", () => {
  const opening = chooseText(newest, { ...copy, sequence: 99 }, browser);
  assert.equal(opening.text.source, "typed last");
  assert.equal(opening.foreign?.copy.sequence, 99);
  assert.deepEqual(opening.foreign?.base, browser.synced);
});

test("two devices that typed the same have nothing to merge", () => {
  const opening = chooseText(newest, { ...copy, sequence: 99, source: "typed last" }, browser);
  assert.deepEqual([opening.foreign, opening.known], [undefined, [10, 20, 99]]);
});

test("words are counted as a reader would", () => {
  assert.deepEqual(countText("It's a well-known `snake_case` name: 3.14"), { words: 7, minutes: 1 });
});

test("a remark is found where its words stand nearest to where they were", () => {
  const text = "a list, a set, a list, a list";
  const words = (startsAt: number | null, quote: string) => placeOf(text, { startsAt, quote });
  assert.deepEqual(words(0, "a list"), { from: 0, to: 6 });
  assert.deepEqual(words(14, "a list"), { from: 15, to: 21 });
  assert.deepEqual(words(40, "a list"), { from: 23, to: 29 });
  assert.equal(words(0, "a tuple"), undefined);
  assert.equal(words(null, "a list"), undefined);
});
