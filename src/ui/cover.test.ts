import assert from "node:assert/strict";
import { test } from "node:test";
import { Cover } from "./cover.tsx";

test("the same title and topic always give the same cover", () => {
  assert.equal(
    String(Cover({ title: "Decorators", topic: "python" })),
    String(Cover({ title: "Decorators", topic: "python" })),
  );
});

test("titles that differ by a letter give other covers in the hue of their topic", () => {
  const [one, other] = [Cover({ title: "Part 1", topic: "web" }), Cover({ title: "Part 2", topic: "web" })].map(String);
  assert.notEqual(one, other);
  assert.equal(hueOf(one), hueOf(other));
});

test("a cover has no ids and no inline styles, so many of them can share a page", () => {
  assert.doesNotMatch(String(Cover({ title: "A", topic: "b" })), /\sid=|style=/);
});

function hueOf(markup: string | undefined): string | undefined {
  return /oklch\(\S+ \S+ (\d+)\)/.exec(markup ?? "")?.[1];
}
