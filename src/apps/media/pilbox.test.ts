import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePilbox, PilboxError, signPilbox } from "./pilbox.ts";

const key = "3NdajqH8mBLokepU4I2Bh6KK84GUf1lzjnuTdskY";
const url = "url=http%3A%2F%2Fimages.test%2Fx.jpg";
const signed = (query: string) => `${query}&sig=${signPilbox(query, key)}`;
const parse = (query: string) => parsePilbox(signed(query), key);

const refuses = (query: string, status: number, code: number, message: RegExp) =>
  assert.throws(
    () => parsePilbox(query, key),
    (error) => {
      assert.ok(error instanceof PilboxError, String(error));
      assert.match(error.message, message);
      assert.deepEqual([error.status, error.code], [status, code], query);
      return true;
    },
  );

test("the signature is Pilbox's", () => {
  assert.equal(signPilbox("x=1&y=2&z=3", "abcdef"), "c9516346abf62876b6345817dba2f9a0c797ef26");
});

test("a signature that is missing, cut, of another key or another query is refused", () => {
  const query = `${url}&w=100`;
  const good = signPilbox(query, key);
  for (const bad of [
    "",
    query,
    `${query}&sig=`,
    `${query}&sig=${"0".repeat(40)}`,
    `${query}&sig=${good.slice(0, -1)}`,
    `${query}&sig=${good}0`,
    `${query}&sig=${good.toUpperCase()}`,
    `${query}&sig=${signPilbox(query, "another key")}`,
    `${query}&w=200&sig=${good}`,
    `${query}&sig=${good}&w=200`,
    `${query}&sig=${good}&sig=${good}`,
    `${query}&xsig=${good}`,
    `${query}&sig=${good}&xsig=1`,
    `${query}&SIG=${good}`,
    `${query}&s%69g=${good}`,
    `${query.replace("w=100", "w=10&sig=x0")}&sig=${good}`,
    `${query}?&sig=${good}`,
  ]) {
    refuses(bad, 403, 101, /Invalid signature/);
  }
});

test("the signature may stand anywhere, as a whole", () => {
  const query = `${url}&w=100`;
  assert.deepEqual(parsePilbox(`sig=${signPilbox(query, key)}&${query}`, key), parse(query));
});

test("what is not given has the defaults of the resizer", () => {
  assert.deepEqual(parse(`${url}&w=100&h=&client=me&exif=1&unknown=x`), {
    url: "http://images.test/x.jpg",
    steps: [
      {
        op: "resize",
        width: 100,
        mode: "clip",
        filter: "antialias",
        focus: { x: 0.5, y: 0.5 },
        background: "#ffffff00",
        retain: 75,
      },
    ],
    format: undefined,
    output: { quality: "keep", progressive: true, optimize: false, background: "#ffffff00" },
  });
});

test("colours are RGB or ARGB", () => {
  const backgrounds = ["ccc", "8ccc", "aabbcc", "80AABBCC"].map((bg) => parse(`${url}&w=1&bg=${bg}`).output.background);
  assert.deepEqual(backgrounds, ["#cccccc", "#cccccc88", "#aabbcc", "#aabbcc80"]);
});

test("what is wrong with a parameter is said", () => {
  const cases: [parameters: string, code: number, message: RegExp][] = [
    ["", 2, /Missing dimensions/],
    ["w=0", 2, /Invalid width/],
    ["w=-1", 2, /Invalid width/],
    ["w=1e3", 2, /Invalid width/],
    ["w=15001", 2, /Invalid width/],
    ["h=x", 2, /Invalid height/],
    ["w=1&mode=stretch", 5, /Invalid mode/],
    ["w=1&mode=constructor", 5, /Invalid mode/],
    ["w=1&filter=x", 3, /Invalid filter/],
    ["w=1&fmt=tiff", 4, /Invalid format/],
    ["w=1&pos=face", 6, /Invalid position/],
    ["w=1&pos=2,0", 6, /Invalid position/],
    ["w=1&pos=toString", 6, /Invalid position/],
    ["w=1&q=101", 7, /Invalid quality/],
    ["w=1&bg=red", 1, /Invalid background/],
    ["w=1&retain=101", 12, /Invalid retain/],
    ["w=1&prog=yes", 13, /Invalid prog/],
    ["w=1&w=2", 13, /given twice: w/],
    ["op=rotate", 10, /Missing degree/],
    ["op=rotate&deg=360", 10, /Invalid degree/],
    ["op=region", 11, /Missing rectangle/],
    ["op=region&rect=0,0,0,5", 11, /Invalid rectangle/],
    ["op=region&rect=0,0,5", 11, /Invalid rectangle/],
    ["op=explode", 9, /Unsupported operation/],
    [`op=${Array(11).fill("noop").join()}`, 9, /Too many operations/],
  ];
  for (const [parameters, code, message] of cases) refuses(signed(`${url}&${parameters}`), 400, code, message);
  refuses(signed("w=1"), 400, 8, /Missing url/);
  refuses(signed("w=1&url=ftp%3A%2F%2Fimages.test%2Fx"), 400, 8, /Unsupported protocol/);
});
