import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { counters } from "./keys.ts";

test("an address is counted whole, a household by its /64, with the network around it by /24 and /48", () => {
  const cases: [given: string, address: string, network: string][] = [
    ["203.0.113.9", "203.0.113.9", "203.0.113.0"],
    ["::ffff:203.0.113.9", "203.0.113.9", "203.0.113.0"],
    ["::ffff:cb00:7109", "203.0.113.9", "203.0.113.0"],
    ["203.0.113.9:51234", "203.0.113.9", "203.0.113.0"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::"],
    ["2001:DB8:1:2::6", "2001:db8:1:2::", "2001:db8:1::"],
    ["[2001:db8:1:2::6]:443", "2001:db8:1:2::", "2001:db8:1::"],
    ["fe80::1%eth0", "fe80:0:0:0::", "fe80:0:0::"],
    ["::1", "0:0:0:0::", "0:0:0::"],
    ["", "unknown", "unknown"],
    ["unknown", "unknown", "unknown"],
    ["300.1.1.1", "unknown", "unknown"],
  ];
  for (const [given, address, network] of cases) {
    assert.equal(counters.address(given), address, given);
    assert.equal(counters.network(given), network, given);
  }
});

test("what is counted for everybody has one name, whoever it is", () => {
  assert.equal(counters.everybody("203.0.113.9"), counters.everybody("maya"));
});

test("an account is one however it is written, and cannot be read from its key", () => {
  const key = counters.account("Maya@Example.org ");
  assert.equal(key, counters.account("maya@example.org"));
  assert.notEqual(key, counters.account("sam@example.org"));
  assert.doesNotMatch(key, /maya|example/i);
});
