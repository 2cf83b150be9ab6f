import assert from "node:assert/strict";
import { test } from "node:test";
import { typeset } from "./typography.ts";

test("a plain line gets the quotes and dashes of prose", () => {
  assert.equal(
    typeset(`A string ("str") isn't a 'char' -- "it's more"...`),
    "A string (“str”) isn’t a ‘char’ – “it’s more”…",
  );
  assert.equal(typeset("--help and list[0] stay"), "--help and list[0] stay");
});
