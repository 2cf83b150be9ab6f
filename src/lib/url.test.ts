import assert from "node:assert/strict";
import { test } from "node:test";
import { hostilePaths, staysHere } from "../../test/helpers/hostile-paths.ts";
import { address, sameSitePath, slugify } from "./url.ts";

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

test("whatever is asked for, one stays at the site", () => {
  assert.ok(hostilePaths.length >= 150);
  for (const wanted of hostilePaths) {
    const path = sameSitePath(wanted, "/otherwise/");
    assert.ok(staysHere(path), `${JSON.stringify(wanted)} leads to ${path}`);
    if (/^(?!\/)|evil\.example$/.test(wanted) && !/[?#%@]/.test(wanted)) assert.equal(path, "/otherwise/", wanted);
  }
  assert.equal(sameSitePath(undefined, "/otherwise/"), "/otherwise/");
});

test("a path of the site is kept with its query and its fragment", () => {
  for (const path of ["/", "/type-hints/#continue", "/search/?q=a+b&page=2", "/%2f%2fevil.example"]) {
    assert.equal(sameSitePath(path, "/otherwise/"), path);
  }
  assert.equal(sameSitePath("/über-uns/", "/"), "/%C3%BCber-uns/");
  assert.equal(sameSitePath("/a/../b/", "/"), "/b/");
});
