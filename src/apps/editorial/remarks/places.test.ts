import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { placeCarrier } from "./places.ts";

const text = `# Lists

A list holds things in order.
It may hold the same thing twice.

A list holds things of any kind.
`;

test("a place stays where nothing was edited, and moves with edits before it", () => {
  assert.equal(carried(text, text, "holds things in order"), "holds things in order");
  assert.equal(carried(text, `New lead.\n\n${text}`, "same thing twice"), "same thing twice");
  assert.equal(carried(text, text.replace("A list holds things in", "Any list holds things in"), "order"), "order");
});

test("of words that stand there several times the place keeps to its own", () => {
  const second = text.lastIndexOf("A list holds things");
  const after = `A list holds things.\n${text.replace("# Lists", "# A list holds things")}`;
  const found = placeCarrier(text, after)({ startsAt: second, endsAt: second + 19 });
  assert.deepEqual(found, { ...at(after, "A list holds things of any kind", 19), isChanged: false });
});

test("an edit inside keeps the place around the edit", () => {
  const after = text.replace("same thing twice", "very same old thing twice");
  assert.equal(carried(text, after, "hold the same thing twice"), "hold the very same old thing twice");
  assert.equal(changed(text, after, "hold the same thing twice"), true);
});

test("what is typed at an edge of a place stays outside", () => {
  const after = text.replace("the same thing twice.", "just the same thing twice over.");
  assert.equal(carried(text, after, "the same thing twice"), "the same thing twice");
  assert.equal(changed(text, after, "the same thing twice"), false);
});

test("a passage that was rewritten keeps its remark, as changed", () => {
  const after = text.replace("It may hold the same thing twice.", "Nothing stops anybody adding duplicates.");
  assert.equal(carried(text, after, "It may hold the same thing twice."), "Nothing stops anybody adding duplicates.");
  assert.equal(changed(text, after, "It may hold the same thing twice."), true);
});

test("a line that was cut and pasted is found where it was pasted", () => {
  const line = "It may hold the same thing twice.\n";
  const after = text.replace(line, "") + line;
  assert.equal(carried(text, after, "hold the same thing twice"), "hold the same thing twice");
});

test("a place of which nothing is left is gone, though the words stand elsewhere", () => {
  const after = text.replace("A list holds things in order.\n", "");
  assert.equal(carried(text, after, "A list holds things in order.\n"), undefined);
  assert.equal(carried(text, after, "A list holds things"), undefined);
  assert.equal(carried(text, "", "order"), undefined);
});

test("texts that have nothing in common take no time, and lose no quote that is there", () => {
  const before = `${Array.from({ length: 6000 }, (_, n) => `old ${n}`).join("\n")}\nthe quote`;
  const after = `the quote\n${Array.from({ length: 6000 }, (_, n) => `new ${n * 7}`).join("\n")}`;
  assert.equal(carried(before, after, "the quote"), "the quote");
});

const words = fc.array(fc.constantFrom("a", "list", "holds", "things", "#", "`x`", ".", "\n", "\n\n", "🦉", "é"), {
  maxLength: 40,
});
const prose = words.map((list) => list.join(" "));
const someQuote = fc.constantFrom("Quoth", "quoth the raven", "quoth\nthe raven\n\nnevermore", "Ünïcode 🐦 quoth");

test("edits elsewhere never move a place, whatever they are", () => {
  fc.assert(
    fc.property(prose, prose, someQuote, prose, prose, (lead, end, quote, newLead, newEnd) => {
      const [before, after] = [`${lead} ${quote} ${end}`, `${newLead} ${quote} ${newEnd}`];
      const [from, to] = [lead.length + 1, newLead.length + 1];
      const found = placeCarrier(before, after)({ startsAt: from, endsAt: from + quote.length });
      assert.deepEqual(found, { startsAt: to, endsAt: to + quote.length, isChanged: false });
    }),
    { numRuns: 1000 },
  );
});

test("one edit elsewhere leaves the same words in a place, also where the text repeats itself", () => {
  fc.assert(
    fc.property(prose, prose, prose, prose, fc.boolean(), (lead, quote, end, typed, isBefore) => {
      fc.pre(/\w/.test(quote));
      const after = isBefore ? typed + quote + end : lead + quote + typed;
      const found = placeCarrier(lead + quote + end, after)(at(lead + quote + end, quote, quote.length, lead.length));
      assert.equal(found && after.slice(found.startsAt, found.endsAt), quote);
    }),
    { numRuns: 1000 },
  );
});

test("an edit inside keeps both edges", () => {
  fc.assert(
    fc.property(prose, prose, prose, prose, (lead, end, old, typed) => {
      const [before, after] = [`${lead} <<first ${old} last>> ${end}`, `${lead} <<first ${typed} last>> ${end}`];
      const place = at(before, "<<first", `<<first ${old} last>>`.length);
      const found = placeCarrier(before, after)(place);
      assert.equal(found && after.slice(found.startsAt, found.endsAt), `<<first ${typed} last>>`);
    }),
    { numRuns: 1000 },
  );
});

test("whatever happens to a text, a place lies within it and is the same each time", () => {
  const span = fc.tuple(fc.nat(), fc.nat());
  fc.assert(
    fc.property(prose, prose, span, (before, after, [one, other]) => {
      const [startsAt = 0, endsAt = 0] = [one, other].map((n) => n % (before.length + 1)).toSorted((a, b) => a - b);
      fc.pre(startsAt < endsAt);
      const found = placeCarrier(before, after)({ startsAt, endsAt });
      assert.deepEqual(placeCarrier(before, after)({ startsAt, endsAt }), found);
      if (found === undefined) return;
      assert.ok(0 <= found.startsAt && found.startsAt < found.endsAt && found.endsAt <= after.length);
      assert.equal(found.isChanged, after.slice(found.startsAt, found.endsAt) !== before.slice(startsAt, endsAt));
    }),
    { numRuns: 1000 },
  );
});

function at(source: string, words: string, length: number, from = 0): { startsAt: number; endsAt: number } {
  const startsAt = source.indexOf(words, from);
  return { startsAt, endsAt: startsAt + length };
}

function carried(before: string, after: string, quote: string): string | undefined {
  const found = placeCarrier(before, after)(at(before, quote, quote.length));
  return found && after.slice(found.startsAt, found.endsAt);
}

function changed(before: string, after: string, quote: string): boolean | undefined {
  return placeCarrier(before, after)(at(before, quote, quote.length))?.isChanged;
}
