import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import S3rver from "s3rver";
import { signS3 } from "./storage/s3.ts";
import { isStorageKey, openStorage } from "./storage.ts";
import type { Storage } from "./storage.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined) => (found === undefined ? undefined : new TextDecoder().decode(found));
const about = { type: "text/plain" };

let folder: string;
let s3: S3rver;
let s3Port: number;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "storage-test-"));
  s3 = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory: join(folder, "s3"),
    configureBuckets: [{ name: "media", configs: [] }],
  });
  s3Port = (await s3.run()).port;
});

after(async () => {
  await s3.close();
  await rm(folder, { recursive: true });
});

for (const [name, open] of [
  ["a folder", () => openStorage(join(folder, "disk"))],
  ["a file URL", () => openStorage(pathToFileURL(join(folder, "a disk")).href)],
  ["a bucket", () => openStorage(`s3+http://S3RVER:S3RVER@127.0.0.1:${s3Port}/media`)],
  ["a folder in a bucket", () => openStorage(`s3+http://S3RVER:S3RVER@127.0.0.1:${s3Port}/media/site/one?region=x`)],
] as const) {
  describe(name, () => {
    let store: Storage;
    before(() => {
      store = open();
    });

    test("gives back what was put, and replaces it", async () => {
      await store.put("originals/ab/one.txt", bytes("one"), about);
      assert.equal(text(await store.get("originals/ab/one.txt")), "one");
      await store.put("originals/ab/one.txt", bytes("two"), about);
      assert.equal(text(await store.get("originals/ab/one.txt")), "two");
      assert.equal(await store.has("originals/ab/one.txt"), true);
    });

    test("keeps an empty file", async () => {
      await store.put("empty", bytes(""), about);
      assert.equal(text(await store.get("empty")), "");
    });

    test("answers undefined and false for what is missing, and for a folder", async () => {
      await store.put("originals/ab/one.txt", bytes("one"), about);
      for (const key of ["missing", "originals/ab/one.txt/deeper", "originals/ab"]) {
        assert.equal(await store.get(key), undefined, key);
        assert.equal(await store.has(key), false, key);
      }
    });

    test("removes, and removing twice is no error", async () => {
      await store.put("gone", bytes("x"), about);
      await store.remove("gone");
      await store.remove("gone");
      assert.equal(await store.has("gone"), false);
    });

    test("lists the keys under a prefix, however many", async () => {
      await Promise.all(Array.from({ length: 40 }, (_, index) => store.put(`many/k${index}`, bytes("x"), about)));
      await store.put("manyother", bytes("x"), about);
      const keys = await Array.fromAsync(store.list("many/"));
      assert.equal(keys.length, 40);
      assert.ok(keys.every((key) => key.startsWith("many/k")));
      assert.deepEqual((await Array.fromAsync(store.list("many"))).length, 41);
      assert.deepEqual(await Array.fromAsync(store.list("nothing/here")), []);
      assert.ok((await Array.fromAsync(store.list(""))).includes("manyother"));
    });

    test("refuses keys that could leave the store", async () => {
      for (const key of ["../x", "/etc/passwd", "a//b", "a/../b", "", "A", "a/.hidden", "a\\b", "c:/x", "a\0b", "x."]) {
        assert.equal(isStorageKey(key), false, key);
        await assert.rejects(store.put(key, bytes("x"), about), /Not a storage key/);
        await assert.rejects(store.get(key), /Not a storage key/);
      }
    });
  });
}

test("a bucket that does not exist is an error, never a missing file", async () => {
  const store = openStorage(`s3+http://S3RVER:S3RVER@127.0.0.1:${s3Port}/elsewhere`);
  await assert.rejects(store.get("x"), /NoSuchBucket/);
  await assert.rejects(store.put("x", bytes("x"), about), /NoSuchBucket/);
});

test("writers of one key in a folder leave one whole file and no drafts", async () => {
  const root = join(folder, "race");
  const store = openStorage(root);
  const bodies = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000));
  await Promise.all(bodies.map((body) => store.put("same", bytes(body), about)));
  assert.ok(bodies.includes(text(await store.get("same")) ?? ""));
  assert.deepEqual(await readdir(join(root, ".unfinished")), []);
});

test("opening a folder does not make it", () => {
  openStorage(join(folder, "later"));
  assert.equal(existsSync(join(folder, "later")), false);
});

test("a URL that names no store gets a sentence without its secret", () => {
  assert.throws(() => openStorage("ftp://host/x"), /neither a folder/);
  for (const url of ["s3://host/bucket", "s3://k:hush/hush@host/bucket", "s3://k:hush@host/", "s3://k:hush@/bucket"]) {
    assert.throws(
      () => openStorage(url),
      (error: Error) => /is written s3:/.test(error.message) && !error.message.includes("hush"),
      url,
    );
  }
});

test("a store that accepts and never answers fails after two seconds", async () => {
  const mute = createServer(() => {}).listen(0, "127.0.0.1");
  await new Promise((resolve) => mute.once("listening", resolve));
  const address = mute.address();
  assert.ok(address !== null && typeof address === "object");
  const store = openStorage(`s3+http://k:s@127.0.0.1:${address.port}/bucket`);
  await assert.rejects(store.get("x"), /no answer in time/);
  mute.close();
});

// The worked examples of "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.
describe("signatures are those Amazon publishes", () => {
  const keys = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    region: "us-east-1",
  };
  const at = "20130524T000000Z";
  const host = "https://examplebucket.s3.amazonaws.com";
  const examples: { request: Parameters<typeof signS3>[1]; signature: string }[] = [
    {
      request: { method: "GET", url: `${host}/test.txt`, headers: { range: "bytes=0-9" } },
      signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    },
    {
      request: {
        method: "PUT",
        url: `${host}/test$file.text`,
        headers: { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" },
        body: bytes("Welcome to Amazon S3."),
      },
      signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    },
    {
      request: { method: "GET", url: `${host}/?lifecycle` },
      signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    },
    {
      request: { method: "GET", url: `${host}/?max-keys=2&prefix=J` },
      signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    },
  ];
  for (const { request, signature } of examples) {
    test(`${request.method} ${request.url.slice(host.length)}`, async () => {
      const { headers } = await signS3(keys, { ...request, at });
      assert.equal(/Signature=(\w+)/.exec(headers.get("authorization") ?? "")?.[1], signature);
    });
  }
});
