import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { desc, eq } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { listRolesOf } from "#apps/accounts/roles.ts";
import { securityEvents, sessions, users } from "#apps/accounts/schema.ts";
import { findUserByAddress, getUser } from "#apps/accounts/users.ts";
import { config } from "#config.ts";
import { newVisitor } from "../../../test/helpers/visitor.ts";
import { manageUsers } from "./user-command.ts";

async function kindsOf(userId: number): Promise<unknown[][]> {
  const events = await db
    .select()
    .from(securityEvents)
    .where(eq(securityEvents.userId, userId))
    .orderBy(desc(securityEvents.id));
  return events.map(({ kind, actorId, details }) => [kind, actorId, details.by]);
}

test("the first owner is made, and sets a password with the link that is printed", async () => {
  const said = await manageUsers(["create", "Olga@Site.example", "--name", "Olga", "--role", "owner"]);
  assert.match(said, /^olga@site\.example has an account and the role owner\./);
  const link = URL.parse(/https?:\S+/.exec(said)?.[0] ?? "");
  assert.equal(link?.origin, config.BASE_URL);
  const user = await findUserByAddress("olga@site.example");
  assert.deepEqual(
    (await listRolesOf(user?.id ?? 0)).map(({ name }) => name),
    ["owner"],
  );
  assert.deepEqual(await kindsOf(user?.id ?? 0), [
    ["roles-changed", null, "command"],
    ["registered", null, "command"],
  ]);

  const browser = await newVisitor();
  const address = `${link?.pathname}${link?.search}`;
  const fields = { token: link?.searchParams.get("token") ?? "", password: "seven green bottles" };
  const set = await browser.post(link?.pathname ?? "", fields, address);
  assert.equal(set.headers.location, "/account/second-factor/", "which an owner needs next");
  assert.equal((await browser.get(address)).status, 410, "it is good once");
});

test("a role is given by command, and the session ends", async () => {
  const visitor = await newVisitor("maya");
  assert.match(
    await manageUsers(["promote", "MAYA@example.org", "support"]),
    /^maya@example\.org has the role support/,
  );
  assert.equal((await visitor.get("/account/")).status, 303);
});

test("a link to set a password is printed, and the second factor turned off when asked", async () => {
  await db.update(users).set({ requiresSecondFactor: true, totpSecret: "x" }).where(eq(users.id, 1));
  assert.match(await manageUsers(["reset", "sam@example.org"]), /^This link sets a password, once/);
  assert.equal((await getUser(1)).requiresSecondFactor, true);
  const visitor = await newVisitor("sam");
  assert.match(await manageUsers(["reset", "sam@example.org", "--second-factor"]), /^The second factor is off/);
  const { requiresSecondFactor, totpSecret } = await getUser(1);
  assert.deepEqual([requiresSecondFactor, totpSecret], [false, null]);
  assert.equal((await visitor.get("/account/")).status, 303);
  assert.deepEqual((await kindsOf(1))[0], ["second-factor-off", null, "command"]);
});

test("sessions are shown and ended", async () => {
  assert.match(await manageUsers(["sessions", "ada@example.org"]), /signed in nowhere/);
  await newVisitor("ada", { ip: "192.0.2.4", country: "SE", userAgent: "Mozilla/5.0 (X11; Linux) Firefox/128.0" });
  assert.match(await manageUsers(["sessions", "ada@example.org"]), /Firefox on Linux +192\.0\.2\.4 +SE/);
  assert.equal(await manageUsers(["sessions", "ada@example.org", "--end"]), "1 session is ended.\n");
  assert.equal(await manageUsers(["sessions", "ada@example.org", "--end"]), "0 sessions are ended.\n");
  assert.equal(await db.$count(sessions, eq(sessions.userId, 3)), 0);
  assert.equal((await kindsOf(3)).length, 1);
});

test("what cannot be done is said in a sentence, and nothing is half done", async () => {
  const wrong: [args: string[], sentence: RegExp][] = [
    [[], /^Say \.\/manage user/],
    [["constructor"], /^Say \.\/manage user/],
    [["create"], /Name one account/],
    [["create", "nonsense"], /is no mail address/],
    [["create", "sam@example.org"], /has an account/],
    [["create", "new@example.org", "--role", "king"], /no role "king"\. There are: owner, admin/],
    [["create", "new@example.org", "--rule", "owner"], /--rule/],
    [["promote", "sam@example.org"], /promote ADDRESS ROLE/],
    [["reset", "nobody@example.org"], /Nobody has an account/],
    [["sessions", "sam@example.org", "maya@example.org"], /Name one account/],
  ];
  for (const [args, sentence] of wrong) {
    await assert.rejects(manageUsers(args), (error) => error instanceof UserError && sentence.test(error.message));
  }
  assert.equal(await findUserByAddress("new@example.org"), undefined);
});
