import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { csrfToken, currentViewer, withCurrent } from "./current.ts";
import { raw } from "./jsx/jsx-runtime.ts";
import { apart, hole, inPieces } from "./pieces.ts";
import { anonymous } from "./viewer.ts";

const as = <T,>(id: number, work: () => T): T =>
  withCurrent({ viewer: { ...anonymous, id, name: `Reader ${id}` }, path: "/", csrfToken: () => `token ${id}` }, work);
const Name = () => <b>{currentViewer().name ?? "nobody"}</b>;

test("what a page in pieces has is rendered once, what stands in its holes for each reader", () => {
  let rendered = 0;
  const Whole = () => {
    rendered += 1;
    return (
      <p>
        “Kept”{" "}
        {hole(() => (
          <Name />
        ))}{" "}
        until {hole(() => csrfToken())}
      </p>
    );
  };
  const page = as(1, () => inPieces(() => <Whole />));
  assert.equal(as(1, () => page(undefined)).toString(), "<p>“Kept” <b>Reader 1</b> until token 1</p>");
  assert.equal(as(2, () => page(undefined)).toString(), "<p>“Kept” <b>Reader 2</b> until token 2</p>");
  assert.equal(rendered, 1);
});

test("what is given to a reader is escaped, and is nobody else's", () => {
  const page = inPieces<string>((own) => <p>{own((secret) => secret)}</p>);
  assert.equal(page("<one>").toString(), "<p>&lt;one&gt;</p>");
  assert.equal(page("two").toString(), "<p>two</p>");
});

test("what asks for the reader outside of a hole gets nobody, and a form there throws", () => {
  assert.equal(as(1, () => inPieces(() => <Name />)(undefined)).toString(), "<b>nobody</b>");
  assert.throws(() => as(1, () => inPieces(() => raw(csrfToken()))), /nobody in particular/);
});

test("a hole in a page that is not kept is rendered at once, also after one that failed", () => {
  assert.throws(() =>
    inPieces(() => {
      throw new Error("no page");
    }),
  );
  assert.equal(
    as(1, () => (
      <p>
        {hole(() => (
          <Name />
        ))}
      </p>
    )).value,
    "<p><b>Reader 1</b></p>",
  );
});

test("a text that would be taken for a hole is refused", () => {
  assert.throws(() => inPieces(() => raw("a\0b\0c")), /NUL/);
});

const Text = () => <p>{apart("<b>“bold”</b>")}</p>;

test("what stands apart is the same in a page in pieces as in any other", () => {
  assert.equal(inPieces(() => <Text />)(undefined).toString(), "<p><b>“bold”</b></p>");
  assert.equal((<Text />).value, "<p><b>“bold”</b></p>");
});
