import assert from "node:assert/strict";
import { test } from "node:test";
import { address, slugify } from "./url.ts";

test("an address encodes its parameters and its query, and leaves out what is empty", () => {
  const topic = address("/tutorials/:topic/:format");
  assert.equal(topic({ topic: "c++ & co/", format: "atom.xml" }), "/tutorials/c%2B%2B%20%26%20co%2F/atom.xml");
  const search = address("/search/");
  assert.equal(search(), "/search/");
  assert.equal(search({}, { q: "a b", kind: ["x", "y"], page: undefined, level: "" }), "/search/?q=a+b&kind=x&kind=y");
});

test("a slug has the words of a title in lowercase ASCII", () => {
  assert.equal(slugify("  Déjà vu: Python’s *args, again! "), "deja-vu-pythons-args-again");
  assert.equal(slugify("编程"), "");
});
