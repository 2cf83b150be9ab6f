// Settings are read on import, and tests have their own.
import { site } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { eq } from "drizzle-orm";
import sharp from "sharp";
import { db, queryCount } from "#lib/db.ts";
import { ImageRefused } from "#lib/images.ts";
import { film, photo, svg } from "#lib/images/samples.ts";
import { files, originalKey } from "./files.ts";
import { addMedia, cleanName, mediaPath, pictureOf, resolvePictures } from "./media.ts";
import { media } from "./schema.ts";

const ask = (url: string, headers: Record<string, string> = {}, method: "GET" | "HEAD" = "GET") =>
  site.fastify.inject({ url, method, headers: { host: "localhost", ...headers } });

const addressesIn = (srcset = "") => srcset.split(", ").map((entry) => entry.split(" ")[0] ?? "");

/** A picture that no other test has. */
let shade = 0;
const fresh = async (width = 700, height = 350) => {
  shade += 1;
  const background = `#${shade.toString(16).padStart(6, "0")}`;
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
};

describe("taking pictures in", () => {
  test("keeps the file and says what it is", async () => {
    const bytes = await photo(700, 350);
    const row = await addMedia(bytes, { name: "A Photo.JPEG" });
    assert.equal(row.hash, createHash("sha256").update(bytes).digest("hex"));
    assert.deepEqual(
      [row.name, row.format, row.width, row.height, row.sizeBytes, row.animated],
      ["a-photo.jpg", "jpeg", 700, 350, bytes.length, false],
    );
    assert.match(row.color ?? "", /^#[\da-f]{6}$/);
    assert.deepEqual(await files.get(originalKey(row.hash)), bytes);
  });

  test("keeps one of the same content, however many bring it at once", async () => {
    const bytes = await fresh();
    const rows = await Promise.all(["one.png", "two.png", "three.png"].map((name) => addMedia(bytes, { name })));
    assert.equal(new Set(rows.map(({ id }) => id)).size, 1);
    assert.equal((await addMedia(bytes, { name: "four.png" })).name, rows[0]?.name);
  });

  test("mends a file that was lost", async () => {
    const bytes = await fresh();
    const { hash } = await addMedia(bytes, { name: "x.png" });
    await files.remove(originalKey(hash));
    await addMedia(bytes, { name: "x.png" });
    assert.ok(await files.has(originalKey(hash)));
  });

  test("keeps an SVG only when it is harmless, and knows it again", async () => {
    const evil = svg('<script>alert(1)</script><rect onclick="alert(2)" width="64" height="48"/>');
    const row = await addMedia(evil, { name: "evil.svg" });
    const kept = Buffer.from((await files.get(originalKey(row.hash))) ?? []);
    assert.doesNotMatch(kept.toString(), /alert/);
    assert.equal(row.hash, createHash("sha256").update(kept).digest("hex"));
    assert.equal((await addMedia(evil, { name: "again.svg" })).id, row.id);
    assert.equal((await addMedia(kept, { name: "again.svg" })).id, row.id);
  });

  test("refuses what is no picture and leaves nothing behind", async () => {
    const before = await db.$count(media);
    await assert.rejects(addMedia(Buffer.from("<html>"), { name: "photo.png" }), ImageRefused);
    assert.equal(await db.$count(media), before);
  });

  test("is asked for at most three queries", async () => {
    const bytes = await fresh();
    const before = queryCount();
    await addMedia(bytes, { name: "x.png" });
    assert.equal(queryCount() - before, 3);
  });
});

test("names become fit for addresses, whatever they were", () => {
  const names: [given: string, clean: string][] = [
    ["photo.PNG", "photo.png"],
    ["Crème Brûlée (final) v2.jpeg", "creme-brulee-final-v2.png"],
    ["../../etc/passwd", "passwd.png"],
    ["C:\\Users\\me\\Desktop\\x.png", "x.png"],
    ["", "picture.png"],
    [".htaccess", "picture.png"],
    ["640.webp", "picture-640.png"],
    ["图片.png", "picture.png"],
    ["<script>alert(1)</script>.png", "script.png"],
    ["a\0b.png", "a-b.png"],
    ["x.php.png", "x-php.png"],
    ["CON", "con.png"],
    ["'; drop table media; --.png", "drop-table-media.png"],
    ["https://evil.test/x.png?y", "x.png"],
  ];
  for (const [given, clean] of names) assert.equal(cleanName(given, "png"), clean, given);
  const nasty = Array.from({ length: 200 }, (_, index) => String.fromCodePoint(index * 173).repeat(1 + (index % 300)));
  for (const name of nasty) assert.match(cleanName(name, "jpeg"), /^[a-z\d-]{1,80}\.jpg$/);
  assert.match(cleanName("x".repeat(5000), "gif"), /^x{80}\.gif$/);
});

describe("a picture on a page", () => {
  test("offers the widths of the ladder that its original has, in AVIF and WebP", async () => {
    const row = await addMedia(await fresh(700, 350), { name: "wide.png" });
    const { src, width, height, sources, color, focus } = pictureOf(row);
    assert.equal(src, `/media/${row.hash.slice(0, 16)}/wide.png`);
    assert.deepEqual([width, height, color, focus], [700, 350, row.color, "50% 50%"]);
    assert.deepEqual(
      sources.map(({ type }) => type),
      ["image/avif", "image/webp"],
    );
    assert.match(sources[0]?.srcset ?? "", /^\S+320\.avif\?s=\S+ 320w, \S+ 480w, \S+ 640w, \S+ 700w$/);
    for (const address of sources.flatMap(({ srcset }) => addressesIn(srcset))) {
      const answer = await ask(address);
      assert.equal(answer.statusCode, 200, address);
      const found = await sharp(answer.rawPayload).metadata();
      assert.equal(`${found.width}`, /(\d+)\.\w+\?/.exec(address)?.[1]);
      assert.equal(answer.headers["content-type"], address.includes(".avif") ? "image/avif" : "image/webp");
    }
  });

  test("is never enlarged and never above the ladder", async () => {
    const small = pictureOf(await addMedia(await fresh(100, 50), { name: "small.png" }));
    assert.match(small.sources[0]?.srcset ?? "", /^\S+ 100w$/);
    const row = await addMedia(await fresh(), { name: "x.png" });
    assert.match(pictureOf({ ...row, width: 1920 }).sources[0]?.srcset ?? "", / 1280w, \S+ 1920w$/);
    assert.match(pictureOf({ ...row, width: 5000 }).sources[0]?.srcset ?? "", / 1280w, \S+ 1920w$/);
  });

  test("that moves is offered as WebP only, and moves", async () => {
    const picture = pictureOf(await addMedia(await film(400, 200, 3, "gif"), { name: "film.gif" }));
    assert.deepEqual(
      picture.sources.map(({ type }) => type),
      ["image/webp"],
    );
    for (const address of [picture.src, ...addressesIn(picture.sources[0]?.srcset)]) {
      assert.equal((await sharp((await ask(address)).rawPayload).metadata()).pages, 3, address);
    }
  });

  test("that is very tall is not offered in the format that takes longest to make", async () => {
    const row = await addMedia(await fresh(10, 20), { name: "x.png" });
    assert.deepEqual(
      pictureOf({ ...row, width: 1900, height: 8000 }).sources.map(({ type }) => type),
      ["image/webp"],
    );
  });

  test("that is drawn is sent as it is, unable to do anything", async () => {
    const picture = pictureOf(await addMedia(svg("<circle r='9'/>"), { name: "drawing.svg" }));
    assert.deepEqual(picture.sources, []);
    const answer = await ask(picture.src);
    assert.equal(answer.headers["content-type"], "image/svg+xml");
    assert.equal(answer.headers["content-security-policy"], "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    assert.equal(answer.headers["x-content-type-options"], "nosniff");
  });

  test("is found again by the address in a text", async () => {
    const rows = [
      await addMedia(await fresh(), { name: "one.png" }),
      await addMedia(await fresh(), { name: "two.png" }),
    ];
    const paths = rows.map(mediaPath);
    const before = queryCount();
    const found = await resolvePictures([...paths, ...paths, "/media/0000000000000000/x.png", "https://x.test/y.png"]);
    assert.equal(queryCount() - before, 1);
    assert.deepEqual([...found.keys()], paths);
    assert.deepEqual(found.get(paths[1] ?? "")?.media.id, rows[1]?.id);
  });
});

const variant = async () => {
  const row = await addMedia(await fresh(), { name: "x.png" });
  const [address = ""] = addressesIn(pictureOf(row).sources[1]?.srcset);
  return { row, address };
};

describe("addresses of pictures", () => {
  test("may be kept for ever, by anybody", async () => {
    const { row, address } = await variant();
    for (const url of [address, mediaPath(row)]) {
      const answer = await ask(url);
      assert.equal(answer.headers["cache-control"], "public, max-age=31536000, immutable");
      assert.equal(answer.headers["cross-origin-resource-policy"], "cross-origin");
      const etag = String(answer.headers.etag);
      const again = await ask(url, { "if-none-match": `"other", W/${etag}` });
      assert.deepEqual([again.statusCode, again.rawPayload.length, again.headers.etag], [304, 0, etag]);
      const head = await ask(url, {}, "HEAD");
      assert.equal(head.headers["content-length"], String(answer.rawPayload.length));
      assert.equal(head.rawPayload.length, 0);
    }
  });

  test("are refused when they were not signed, before anything is made", async () => {
    const { row, address } = await variant();
    const [path = "", signature = ""] = address.split("?s=");
    const other = pictureOf({ ...row, hash: "0".repeat(64) })
      .sources[1]?.srcset.split(" ")[0]
      ?.split("?s=")[1];
    for (const url of [
      path,
      `${path}?s=`,
      `${path}?s=${"A".repeat(22)}`,
      `${path}?s=${signature.slice(0, -1)}`,
      `${path}?s=${other}`,
      `${path.replace("320", "321")}?s=${signature}`,
      `${path.replace("webp", "avif")}?s=${signature}`,
      `${path}?s=${signature.toLowerCase()}x`,
    ]) {
      const answer = await ask(url);
      assert.equal(answer.statusCode, 403, url);
      assert.match(answer.body, /not one that this site has signed/);
      assert.equal(answer.headers["cache-control"], "no-store");
    }
    assert.equal((await ask(`${path}?s=a&s=b`)).statusCode, 400);
    assert.deepEqual(
      await Array.fromAsync(files.list(`variants/${row.hash.slice(0, 2)}/${row.hash.slice(0, 16)}/`)),
      [],
    );
  });

  test("that name no picture are not found", async () => {
    for (const url of [
      "/media/0123456789abcdef/x.png",
      "/media/xyz/x.png",
      "/media/0123456789ABCDEF/x.png",
      "/media/0123456789abcdef/x.php",
    ]) {
      assert.equal((await ask(url)).statusCode, 404, url);
    }
    const [signed = ""] = addressesIn(pictureOf({ ...(await variant()).row, hash: "1".repeat(64) }).sources[0]?.srcset);
    assert.equal((await ask(signed)).statusCode, 404);
  });

  test("need no database", async () => {
    const { row, address } = await variant();
    await db.delete(media).where(eq(media.id, row.id));
    const before = queryCount();
    assert.equal((await ask(address)).statusCode, 200);
    assert.equal((await ask(mediaPath(row))).statusCode, 200);
    assert.equal(queryCount(), before);
  });

  test("a crowd at a new address has the picture made once", async ({ mock }) => {
    const { address } = await variant();
    const put = mock.method(files, "put");
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(address)));
    assert.ok(answers.every(({ statusCode }) => statusCode === 200));
    assert.equal(new Set(answers.map(({ rawPayload }) => rawPayload.toString("base64"))).size, 1);
    assert.equal(put.mock.callCount(), 1);
    await ask(address);
    assert.equal(put.mock.callCount(), 1);
  });

  test("work while nothing can be stored, and say so when nothing can be read", async ({ mock }) => {
    const { address } = await variant();
    const put = mock.method(files, "put", () => Promise.reject(new Error("disk full")));
    assert.equal((await ask(address)).statusCode, 200);
    put.mock.restore();
    mock.method(files, "get", () => Promise.reject(new Error("store down")));
    const answer = await ask(address);
    assert.deepEqual([answer.statusCode, answer.headers["retry-after"]], [503, "2"]);
    assert.match(answer.body, /cannot be shown right now/);
    assert.doesNotMatch(answer.body, /store down/);
  });
});
