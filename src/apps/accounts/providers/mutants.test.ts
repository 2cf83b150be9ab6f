import { comeBack, db, leaveFor, newVisitor, work } from "./testing.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sessions, users } from "../schema.ts";

const mutants = process.env.FAULTS === "full" ? 10_000 : 200;
const perDeparture = 50;

test(`${mutants} callbacks and cookies that somebody changed sign nobody in, and the true one still does`, async () => {
  let changed = 0;
  for (let round = 0; round < mutants / perDeparture; round += 1) {
    work.person = { ...work.person, sub: `mutant-${round}`, email: `mutant-${round}@example.net` };
    const visitor = await newVisitor();
    // So many sign-ins from one address would not be looked at.
    visitor.ip = `198.51.100.${round + 1}`;
    const { callback } = await leaveFor(visitor, "work", {});
    const sealed = visitor.cookies.get("lectern_flow") ?? "";
    const before = await countArrivals();
    for (let number = 0; number < perDeparture; number += 1) {
      const mutant = pick([changeCookie, changeCallback])({ url: new URL(callback), sealed });
      visitor.cookies.set("lectern_flow", mutant.sealed);
      const page = await comeBack(visitor, mutant.url);
      const what = `${mutant.url.href} with ${mutant.sealed} answered ${page.status}`;
      assert.ok(page.status >= 400 && page.status < 500, what);
      assert.ok(!visitor.cookies.has("lectern_session"), what);
      changed += 1;
    }
    assert.deepEqual(await countArrivals(), before);
    visitor.cookies.set("lectern_flow", sealed);
    assert.equal((await comeBack(visitor, callback)).status, 303);
  }
  assert.equal(changed, mutants);
});

interface Mutant {
  url: URL;
  sealed: string;
}

function changeCookie({ url, sealed }: Mutant): Mutant {
  const other = pick([flip, (text: string) => text.slice(0, random(text.length)), (text: string) => text + text])(
    sealed,
  );
  // Not every bit of the last letter is one of the value.
  const isSame = Buffer.from(other, "base64url").equals(Buffer.from(sealed, "base64url"));
  return isSame ? changeCookie({ url, sealed }) : { url, sealed: other };
}

function changeCallback({ url, sealed }: Mutant): Mutant {
  const { searchParams } = url;
  const name = pick(["code", "state", "iss"]);
  const value = searchParams.get(name) ?? "";
  pick([
    () => searchParams.set(name, flip(value)),
    () => searchParams.set(name, value.slice(0, random(value.length))),
    () => searchParams.delete(name),
    () => searchParams.append(name, flip(value)),
    () => searchParams.set("error", "access_denied"),
    () => searchParams.set("id_token", "a.b.c"),
    () => (url.pathname = url.pathname.replace("/work/", pick(["/other/", "/github/", "/google/", "/WORK/"]))),
  ])();
  return { url, sealed };
}

function flip(text: string): string {
  const at = random(text.length);
  const letter = pick("A Z a z 0 9 - _ .".split(" ").filter((candidate) => candidate !== text[at]));
  return text.slice(0, at) + letter + text.slice(at + 1);
}

function pick<T>(choices: readonly [T, ...T[]] | readonly T[]): T {
  const choice = choices[random(choices.length)];
  if (choice === undefined) throw new Error("There is nothing to choose from.");
  return choice;
}

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

async function countArrivals(): Promise<number[]> {
  return [await db.$count(sessions), await db.$count(users)];
}
