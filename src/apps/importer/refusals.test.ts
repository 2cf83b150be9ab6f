import { dead, folderOf, put, refusals, statuses } from "./testing/world.ts";
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { saveEntry } from "#apps/catalog/saving.ts";
import { blackPng } from "#lib/images/samples.ts";
import { importFolder } from "./import.ts";

describe("what is refused", () => {
  test("two files with one address, each naming the other", async () => {
    const report = await importFolder(await folderOf({ "a/twin.md": "A.\n", "b/twin.md": "B.\n", "c.md": "C.\n" }));
    assert.deepEqual(refusals(report), [
      "a/twin.md:1 Its address /twin/ is also that of b/twin.md.",
      "b/twin.md:1 Its address /twin/ is also that of a/twin.md.",
    ]);
  });

  test("the address of something that is on the site already, naming where it came from", async () => {
    await saveEntry({ kind: "page", path: "/taken/", title: "Taken by hand" });
    const first = await folderOf({ "imported.md": "Text.\n" });
    await importFolder(first);
    const report = await importFolder(
      await folderOf({ "taken.md": "Text.\n", "imported.md": "Text.\n", "search.md": "Text.\n" }),
    );
    assert.deepEqual(refusals(report), [
      `imported.md:1 Its address /imported/ is already that of "Imported", which was imported from ${first}/imported.md.`,
      "search.md:1 Its address /search/ is one of the site itself.",
      'taken.md:1 Its address /taken/ is already that of "Taken by hand".',
    ]);
  });

  test("front matter that cannot be read, with its line", async () => {
    const report = await importFolder(
      await folderOf({
        "r1.md": "---\ntitle: fine\nslug: [never closed\n---\nText.\n",
        "r2.md": '+++\ntitle = "fine"\nslug = \n+++\nText.\n',
        "r3.md": "---\ntitle: never closed\n\nText.\n",
        "r4.md": "---\ntitle: fine\ndate: 31 May\n---\nText.\n",
        "r5.md": "---\n- a\n- list\n---\nText.\n",
        "r6.md": "---\naccess: secret\n---\nText.\n",
        "r7.md": "---\ntitle: twice\ntitle: again\n---\nText.\n",
        "r8.md": "---\nslug: '!!!'\n---\nText.\n",
        "r9.md": "---\ndate: 2023-02-31\n---\nText.\n",
      }),
    );
    const told = refusals(report);
    assert.match(told[0] ?? "", /^r1\.md:[34] The front matter is not YAML: /);
    assert.match(told[1] ?? "", /^r2\.md:3 The front matter is not TOML: /);
    assert.equal(told[2], "r3.md:1 The front matter is never closed with ---.");
    assert.equal(told[3], "r5.md:2 The front matter is not a list of keys and values.");
    assert.match(told[4] ?? "", /^r7\.md:3 The front matter is not YAML: Map keys must be unique/);
    assert.deepEqual(told.slice(5), [
      'r4.md:3 date must be a date such as 2024-05-31, not "31 May".',
      'r6.md:2 access must be public or registered or members, not "secret".',
      'r8.md:2 No address can be made of "!!!": name a slug in letters a to z and digits.',
      'r9.md:2 date must be a date such as 2024-05-31, not "2023-02-31".',
    ]);
    assert.equal(report.articles.length, 0);
  });

  test("what is not text, is empty, or is too large", async () => {
    const report = await importFolder(
      await folderOf({
        "t1.md": Buffer.from([0x80, 0x81, 0x20]),
        "t2.md": Buffer.from("a\u0000b"),
        "t3.md": "---\ntitle: only this\n---\n\n<!-- nothing -->\n",
        "t4.md": "x".repeat(1_000_001),
        "t5.md": Buffer.from("\uFEFFText", "utf16le"),
      }),
    );
    assert.deepEqual(refusals(report).toSorted(), [
      "t1.md It is not text in UTF-8.",
      "t2.md It is not text: it holds zero bytes, as programs and UTF-16 files do.",
      "t3.md It is empty: there is nothing to read.",
      "t4.md It has 1.0 MB; at most 1.0 MB can be read.",
      "t5.md It is not text: it holds zero bytes, as programs and UTF-16 files do.",
    ]);
  });

  test("pictures that are none, bombs, and what leaves the folder; links to such files lead nowhere", async () => {
    const folder = await folderOf({
      "p1.md": "One.\n\n![x](fake.png)\n",
      "p2.md": "![x](bomb.png)\n",
      "p3.md": "---\nimage: ../../etc/passwd\n---\nText.\n",
      "p4.md": "Text.\n\n![x](../../../../etc/passwd)\n",
      "p5.md": "![x](file:///etc/passwd)\n",
      "p6.md": "See [one](p1.md).\n",
      "fake.png": "no picture",
      "bomb.png": blackPng(30_000, 30_000),
    });
    const report = await importFolder(folder);
    const told = refusals(report).toSorted();
    assert.match(told[0] ?? "", /^p1\.md:3 The picture fake\.png cannot be used\. \S/);
    assert.match(told[1] ?? "", /^p2\.md:1 The picture bomb\.png cannot be used\. .*16\.8/);
    assert.deepEqual(told.slice(2), [
      "p3.md:2 The picture ../../etc/passwd is outside of the folder.",
      "p4.md:3 The picture ../../../../etc/passwd is outside of the folder.",
    ]);
    const lost = dead(report).toSorted();
    assert.equal(lost[0], "p5.md:1 the picture file:///etc/passwd is not in the folder");
    assert.match(lost[1] ?? "", /^p6\.md:1 p1\.md leads to a file that was not imported: The picture fake\.png/);
    assert.equal(lost.length, 2);
  });

  test("symbolic links that leave the folder, lead round in a circle or nowhere", async () => {
    const folder = await folderOf({ "sub/real.md": "Text.\n" });
    symlinkSync("/etc/hostname", join(folder, "leaves.md"));
    symlinkSync("/etc", join(folder, "leaves"));
    symlinkSync("..", join(folder, "sub", "circle"));
    symlinkSync("itself.md", join(folder, "itself.md"));
    symlinkSync("sub", join(folder, "again"));
    const report = await importFolder(folder);
    assert.deepEqual(refusals(report).toSorted(), [
      "itself.md It is a symbolic link that leads nowhere or round in a circle.",
      "leaves It is a symbolic link that leaves the folder.",
      "leaves.md It is a symbolic link that leaves the folder.",
      "sub/circle It is a symbolic link to a folder that it is in itself, which would never end.",
    ]);
    assert.deepEqual(statuses(report), { "sub/real.md": "created" });
  });

  test("old addresses that lead round in a circle, or are somebody else's", async () => {
    const report = await importFolder(
      await folderOf({
        "l1.md": "---\naliases: [/l2/]\n---\nText.\n",
        "l2.md": "---\naliases: [/l1/]\n---\nText.\n",
        "l3.md": "---\ntitle: x\naliases: /l3/\n---\nText.\n",
        "l4.md": "---\naliases: [/both/]\n---\nText.\n",
        "l5.md": "---\naliases: [/both]\n---\nText.\n",
        "l6.md": "---\npermalink: /l6/\n---\nText.\n",
      }),
    );
    assert.deepEqual(refusals(report), [
      "l1.md:2 Its old address /l2/ is the address of l2.md.",
      "l2.md:2 Its old address /l1/ is the address of l1.md.",
      "l3.md:3 Its old address /l3/ is its own address, so it would lead round in a circle.",
      "l4.md:2 Its old address /both/ is also an old address of l5.md.",
      "l5.md:2 Its old address /both is also an old address of l4.md.",
    ]);
    assert.deepEqual(statuses(report), { "l6.md": "created" });
  });

  test("a folder that is not there, and a mapping that is wrong, with its line", async () => {
    await assert.rejects(importFolder("/nowhere/at/all"), /There is no folder \/nowhere\/at\/all\./);
    const folder = await folderOf({
      "lectern.yaml": "topics:\n  - { slug: ok, name: Ok }\n  - slug: Not Ok\n    name: x\n",
      "m.md": "x",
    });
    await assert.rejects(importFolder(folder), /lectern\.yaml:3: topics\.1\.slug: must be lowercase letters/);
    await put(folder, { "lectern.yaml": "topic: x\n" });
    await assert.rejects(importFolder(folder), /lectern\.yaml:1: Unrecognized key: "topic"/);
    await assert.rejects(importFolder(folder, { map: "none.yaml" }), /There is no mapping file none\.yaml\./);
  });
});
