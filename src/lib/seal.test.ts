import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, seal } from "./seal.ts";

test("what is sealed opens for its purpose alone, and looks different each time", () => {
  const sealed = seal("totp of 17", "JBSWY3DPEHPK3PXP – é");
  assert.equal(open("totp of 17", sealed), "JBSWY3DPEHPK3PXP – é");
  assert.equal(open("totp of 18", sealed), undefined);
  assert.notEqual(seal("totp of 17", "JBSWY3DPEHPK3PXP – é"), sealed);
  assert.equal(open("nothing", seal("nothing", "")), "");
});

test("what was changed or cut does not open", () => {
  const bytes = Buffer.from(seal("totp of 17", "JBSWY3DPEHPK3PXP"), "base64url");
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.equal(open("totp of 17", changed.toString("base64url")), undefined, `byte ${index}`);
    assert.equal(open("totp of 17", bytes.subarray(0, index).toString("base64url")), undefined, `cut at ${index}`);
  }
});
