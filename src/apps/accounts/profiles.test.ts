import { contentChanged, site, visit } from "../../../test/helpers/site.ts";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eq } from "drizzle-orm";
import { media } from "#apps/media/schema.ts";
import { db } from "#lib/db.ts";
import { photo } from "#lib/images/samples.ts";
import { closeImages } from "#lib/images.ts";
import { drainTasks, knownTasks } from "#lib/jobs.ts";
import { urls } from "#urls.ts";
import { newVisitor, type Visitor } from "../../../test/helpers/visitor.ts";
import { findProfileOf } from "./profiles.ts";
import { profiles, users } from "./schema.ts";

after(closeImages);

const page = urls.accountProfile();
const filled = {
  name: "Sam Okafor",
  headline: "Learns at night",
  bio: "One.\r\n\r\nTwo.",
  timeZone: "Africa/Lagos",
  label1: "Workshop",
  url1: "https://sam.example.org/",
  url2: "https://code.example.org/sam",
};

/** Sends the form as browsers do when it has a file. */
async function upload(visitor: Visitor, fields: Record<string, string>, file: Uint8Array): Promise<number> {
  const [, csrf = ""] = /name="csrf" value="([\w-]+)"/.exec((await visitor.get(page)).html) ?? [];
  const form = new FormData();
  for (const [name, value] of Object.entries({ csrf, ...fields })) form.append(name, value);
  form.append("portrait", new Blob([Uint8Array.from(file)], { type: "text/html" }), "../../me.html");
  const request = new Request("http://localhost/", { method: "POST", body: form });
  const response = await site.fastify.inject({
    method: "POST",
    url: page,
    headers: {
      host: "localhost",
      origin: "http://localhost",
      cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      "content-type": request.headers.get("content-type") ?? "",
    },
    payload: Buffer.from(await request.arrayBuffer()),
  });
  return response.statusCode;
}

test("a reader says who they are, for themselves at first", async () => {
  const sam = await newVisitor("sam");
  assert.match((await sam.get(page)).html, /name="name" autocomplete="name" required aria|value="Sam Okafor"/);
  const saved = await sam.post(page, filled, page);
  assert.equal(saved.status, 303);
  assert.match((await sam.get(String(saved.headers.location))).text, /Your profile is saved/);
  const { name, slug, bio, links, isPublic } = (await findProfileOf(1)) ?? {};
  assert.deepEqual(
    { name, slug, bio, isPublic },
    {
      name: "Sam Okafor",
      slug: "sam-okafor",
      bio: "One.\n\nTwo.",
      isPublic: false,
    },
  );
  assert.deepEqual(links, [
    { label: "Workshop", url: "https://sam.example.org/" },
    { label: "code.example.org", url: "https://code.example.org/sam" },
  ]);
  const [user] = await db.select().from(users).where(eq(users.id, 1));
  assert.equal(user?.timeZone, "Africa/Lagos");
  for (const url of [
    urls.reader({ slug: "sam-okafor" }),
    urls.person({ slug: "sam-okafor" }),
    "/team/sam-okafor/atom.xml",
  ])
    assert.equal((await visit(url)).status, 404, url);
});

test("everybody sees a profile that is public, and nobody once it is not, though the page was kept", async () => {
  const sam = await newVisitor("sam");
  await sam.post(page, { ...filled, isPublic: "yes" }, page);
  await drainTasks(knownTasks());
  await contentChanged();
  const url = urls.reader({ slug: "sam-okafor" });
  for (const _ of [1, 2]) {
    const { text, html } = await visit(url);
    assert.match(text, /Sam Okafor Learns at night One\. Two\. Workshop code\.example\.org/);
    assert.match(html, /href="https:\/\/sam\.example\.org\/" rel="me nofollow noopener"/);
    assert.match(html, /<meta name="robots" content="noindex">/);
  }
  assert.equal((await visit(urls.person({ slug: "sam-okafor" }))).status, 404);
  await sam.post(page, filled, page);
  await drainTasks(knownTasks());
  await contentChanged();
  assert.equal((await visit(url)).status, 404);
});

test("the profile of who was banned, or is about to leave, is not shown", async () => {
  const slug = "tess-to-be-seen";
  await (await newVisitor("tess")).post(page, { name: "Tess", timeZone: "UTC", slug, isPublic: "yes" }, page);
  // A cookie, so that no kept page answers.
  const options = { headers: { cookie: "lectern_session=" } };
  assert.equal((await visit(urls.reader({ slug }), options)).status, 200);
  for (const closed of [{ bannedAt: new Date() }, { deletionAt: new Date() }]) {
    await db.update(users).set(closed).where(eq(users.id, 5));
    assert.equal((await visit(urls.reader({ slug }), options)).status, 404);
    await db.update(users).set({ bannedAt: null, deletionAt: null }).where(eq(users.id, 5));
  }
  await db.delete(profiles).where(eq(profiles.userId, 5));
});

test("an author has one page, and it changes with the profile", async () => {
  const ada = await newVisitor("ada");
  assert.match((await visit(urls.person({ slug: "ada" }))).text, /Ada Lindqvist/);
  await ada.post(page, { name: "Ada L.", timeZone: "UTC", slug: "ada", isPublic: "yes" }, page);
  await drainTasks(knownTasks());
  await contentChanged();
  assert.match((await visit(urls.person({ slug: "ada" }))).text, /Ada L\./);
  const { status, headers } = await visit(urls.reader({ slug: "ada" }));
  assert.equal(status, 301);
  assert.equal(headers.location, urls.person({ slug: "ada" }));
});

test("an address belongs to one, and a name that others have gets a number", async () => {
  const tess = await newVisitor("tess");
  const wish = await tess.post(page, { name: "Tess", timeZone: "UTC", slug: "otto" }, page);
  assert.equal(wish.status, 422);
  assert.match(wish.text, /Somebody else has this address/);
  assert.equal(await findProfileOf(5), undefined);
  await tess.post(page, { name: "Otto", timeZone: "UTC", slug: "" }, page);
  assert.equal((await findProfileOf(5))?.slug, "otto-2");
  await tess.post(page, { name: "テス", timeZone: "UTC", slug: "" }, page);
  assert.equal((await findProfileOf(5))?.slug, "reader");
});

test("what is wrong is said beside its field, and what was typed stays", async () => {
  const maya = await newVisitor("maya");
  const wrong: [Record<string, string>, RegExp][] = [
    [{ name: " " }, /Please say what you are called/],
    [{ name: "x".repeat(81) }, /At most 80 characters/],
    [{ url1: "http://plain.example/" }, /no address that begins with https/],
    [{ url1: "javascript:alert(1)" }, /no address that begins with https/],
    [{ url1: "https://user:secret@example.org/" }, /no address that begins with https/],
    [{ timeZone: "Mars/Olympus" }, /no such time zone/],
    [{ slug: "../ada" }, /Letters from a to z/],
    [{ bio: "x".repeat(2001) }, /At most 2,000 characters/],
  ];
  for (const [fields, sentence] of wrong) {
    const answer = await maya.post(
      page,
      { name: "Maya", timeZone: "UTC", headline: "Typed <already>", ...fields },
      page,
    );
    assert.equal(answer.status, 422, JSON.stringify(fields));
    assert.match(answer.text, sentence);
    assert.match(answer.html, /value="Typed &lt;already&gt;"/);
  }
  assert.equal(await findProfileOf(2), undefined);
});

test("marks that turn text around are taken out of a name", async () => {
  const maya = await newVisitor("maya");
  await maya.post(page, { name: "Maya\u202E \r\n  Ruiz", timeZone: "UTC" }, page);
  assert.equal((await findProfileOf(2))?.name, "Maya Ruiz");
});

test("a picture is what its bytes say, cut to a square without what the camera wrote, and can be removed", async () => {
  const maya = await newVisitor("maya");
  const fields = { name: "Maya", timeZone: "UTC" };
  // More than other forms may hold.
  const large = await photo(2400, 1800);
  assert.ok(large.length > 1024 * 1024);
  assert.equal(await upload(maya, fields, large), 303);
  const portrait = (await findProfileOf(2))?.portrait;
  assert.deepEqual(
    [portrait?.format, portrait?.width, portrait?.height, portrait?.name],
    ["webp", 512, 512, "portrait.webp"],
  );
  assert.match((await maya.get(page)).html, /<span class="portrait large"[^>]*><picture>/);
  // A form without a file keeps the picture.
  await maya.post(page, fields, page);
  assert.equal((await findProfileOf(2))?.portrait?.hash, portrait?.hash);
  await maya.post(page, { ...fields, removePortrait: "yes" }, page);
  assert.equal((await findProfileOf(2))?.portrait, null);
});

test("what is no picture is refused with a sentence, and nothing of it is kept", async () => {
  const maya = await newVisitor("maya");
  const before = await db.$count(media);
  const fields = { name: "Maya", timeZone: "UTC" };
  for (const text of ["<script>alert(1)</script>", "GIF89a", "%PDF-1.7"]) {
    assert.equal(await upload(maya, fields, Buffer.from(text)), 422, text);
  }
  assert.equal((await maya.postJson(page, { name: "Maya" }, page)).status, 422);
  assert.equal(await upload(maya, { ...fields, csrf: "forged" }, await photo(10, 10)), 403);
  assert.equal(await upload(maya, fields, Buffer.alloc(10_000_001)), 413);
  assert.equal(await db.$count(media), before);
});

test("mail preferences open for the owner of the account, and for nobody who acts for them", async () => {
  const sam = await newVisitor("sam");
  const { status, headers } = await sam.get(urls.accountMail());
  assert.equal(status, 303);
  assert.match((await sam.get(String(headers.location))).text, /What Lectern sends to s….@example\.org/);
  const support = await newVisitor("sam", { impersonatorId: 4, method: "impersonation" });
  assert.equal((await support.get(urls.accountMail())).status, 403);
});

test("who is not signed in is led to the sign-in", async () => {
  for (const url of [page, urls.accountMail()]) {
    assert.equal((await visit(url)).headers.location, urls.signIn({}, { next: url }));
  }
});
