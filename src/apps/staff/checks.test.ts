import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { passkeys, users } from "#apps/accounts/schema.ts";
import { config } from "#config.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { checks } from "./checks.ts";

const ask = async (): Promise<string | undefined> => checks.find(({ name }) => name === "owner")?.run();

test("a public site has an owner with a second factor", async () => {
  await newVisitor();
  assert.equal(await ask(), undefined, "a site at home needs none");
  config.BASE_URL = "https://learn.example.org";
  assert.match((await ask()) ?? "", /^No owner has a second factor/);
  await db.update(users).set({ requiresSecondFactor: true }).where(eq(users.id, 4));
  assert.equal(await ask(), undefined);
  await db.update(users).set({ requiresSecondFactor: false }).where(eq(users.id, 4));
  await db.insert(passkeys).values({ userId: 4, credentialId: "a", publicKey: "b", counter: 0, name: "Phone" });
  assert.equal(await ask(), undefined);
  await db.update(users).set({ bannedAt: new Date() }).where(eq(users.id, 4));
  assert.match((await ask()) ?? "", /^Nobody owns this site: \.\/manage user create/);
});
