import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { currencyDigits, formatMoney, formatPrice, parseMoney } from "./money.ts";

test("an amount is written with the digits that its currency has", () => {
  assert.equal(formatMoney(1500, "USD"), "$15.00");
  assert.equal(formatMoney(1500, "EUR"), "€15.00");
  assert.equal(formatMoney(1500, "JPY"), "¥1,500");
  assert.equal(formatMoney(1500, "KWD").replace(/\s/, " "), "KWD 1.500");
  assert.equal(formatMoney(-1999, "USD"), "-$19.99");
  assert.deepEqual(["USD", "JPY", "KWD"].map(currencyDigits), [2, 0, 3]);
});

test("a price has cents where there are some", () => {
  assert.equal(formatPrice(1500, "USD"), "$15");
  assert.equal(formatPrice(1250, "USD"), "$12.50");
  assert.equal(formatPrice(1500, "JPY"), "¥1,500");
});

test("what somebody typed is an amount, or nothing", () => {
  assert.equal(parseMoney("12.50", "USD"), 1250);
  assert.equal(parseMoney(" 12.5 ", "USD"), 1250);
  assert.equal(parseMoney("12", "USD"), 1200);
  assert.equal(parseMoney("1200", "JPY"), 1200);
  assert.equal(parseMoney("1.250", "KWD"), 1250);
  for (const text of ["", "-1", "12.505", "1e3", "1,250", "12.", "abc", "9999999999"])
    assert.equal(parseMoney(text, "USD"), undefined, text);
  assert.equal(parseMoney("12.5", "JPY"), undefined);
});
