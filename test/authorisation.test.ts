import { site } from "./helpers/site.ts";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eq, sql } from "drizzle-orm";
import { apps } from "#apps.ts";
import { permissionNames } from "#apps/accounts/permissions.ts";
import { devices, identities, passkeys, roles, sessions, userRoles } from "#apps/accounts/schema.ts";
import { addUser } from "#apps/accounts/users.ts";
import { listReferences } from "#apps/staff/merging.ts";
import type { Router } from "#lib/app.ts";
import { db } from "#lib/db.ts";
import type { RouteInfo, Server } from "#lib/http.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { createSite } from "../src/site.tsx";
import { addressesOf } from "./helpers/examples.ts";
import { newVisitor, type Visitor } from "./helpers/visitor.ts";

/** What the roles of a fresh site may do, written down once more. */
const rights: Readonly<Record<string, readonly string[]>> = {
  anonymous: [],
  reader: [],
  author: ["admin.open", "desk.open", "desk.review", "desk.write", "entries.open"],
  editor: [
    "admin.open",
    "desk.open",
    "desk.publish",
    "desk.review",
    "desk.write",
    "entries.open",
    "entries.publish",
    "media.manage",
    "searches.view",
  ],
  support: ["admin.open", "audit.view", "entries.open", "members.view", "people.impersonate", "people.view"],
  admin: permissionNames.filter((name) => name !== "roles.manage" && name !== "backups.download"),
  owner: permissionNames,
  "owner with one factor": [],
  "reader who is impersonated": [],
};

interface Person {
  name: string;
  visitor: Visitor;
  csrf: string;
}

const people: Person[] = [];
let doorOnly: Server;

before(async () => {
  people.push(await personOf("anonymous", await newVisitor()));
  people.push(await personOf("reader", await newVisitor("sam")));
  for (const name of ["author", "editor", "support", "admin", "owner"]) {
    people.push(await personOf(name, await newVisitor("sam", { userId: await holderOf(name) })));
  }
  const owner = await holderOf("owner");
  people.push(
    await personOf("owner with one factor", await newVisitor("sam", { userId: owner, hasSecondFactor: false })),
  );
  const impersonation = { method: "impersonation", hasSecondFactor: false, impersonatorId: owner } as const;
  people.push(await personOf("reader who is impersonated", await newVisitor("sam", impersonation)));
  const stubs = apps.map(async ({ name, routes }) => ({
    name,
    routes: stub(typeof routes === "object" ? (await routes.load()).routes : routes),
  }));
  doorOnly = await createSite({ apps: await Promise.all(stubs) });
});
after(() => doorOnly.close());

async function holderOf(role: string): Promise<number> {
  const user = await addUser({ address: `${role}-${Math.random()}@example.org`, name: role });
  const [found] = await db.select().from(roles).where(eq(roles.name, role));
  assert.ok(user && found);
  await db.insert(userRoles).values({ userId: user.id, roleId: found.id });
  return user.id;
}

async function personOf(name: string, visitor: Visitor): Promise<Person> {
  const { html } = await visitor.get(urls.signIn());
  const [, csrf] = /name="csrf" value="([\w-]+)"/.exec(html) ?? (await tokenElsewhere(visitor));
  assert.ok(csrf, name);
  return { name, visitor, csrf };
}

// Who is signed in is sent on from the page to sign in.
async function tokenElsewhere(visitor: Visitor): Promise<RegExpExecArray | []> {
  return /name="csrf" value="([\w-]+)"/.exec((await visitor.get(urls.account())).html) ?? [];
}

/** The same routes with the same declarations; whoever is let through finds one word. */
function stub(routes: ((router: Router) => void) | undefined): (router: Router) => void {
  return (router) => {
    const behind =
      (method: keyof Router): Router["get"] =>
      (pattern, options) =>
        router[method](pattern, { ...options, cache: false }, () => "inside");
    routes?.({
      get: behind("get"),
      post: behind("post"),
      put: behind("put"),
      patch: behind("patch"),
      delete: behind("delete"),
    });
  };
}

interface Answer {
  status: number;
  location: string;
  isInside: boolean;
}

async function knock(route: RouteInfo, person: Person, csrf: string | undefined): Promise<Answer> {
  const isRead = route.method === "GET";
  const cookie = [...person.visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const fields = { ...(csrf !== undefined && { csrf }), _method: route.method };
  const answer = await doorOnly.fastify.inject({
    method: isRead ? "GET" : "POST",
    url: route.pattern.replace(/:\w+|\*/g, "1"),
    headers: {
      host: "localhost",
      cookie,
      ...(isRead
        ? {}
        : {
            origin: "http://localhost",
            referer: "http://localhost/",
            "content-type": "application/x-www-form-urlencoded",
          }),
    },
    ...(!isRead && { payload: new URLSearchParams(fields).toString() }),
  });
  const { statusCode: status, headers, body } = answer;
  return { status, location: headers.location ?? "", isInside: status === 200 && body === "inside" };
}

type Outcome = "inside" | "sign in" | "second factor" | "not found" | "forbidden";

function outcomeOf({ status, location, isInside }: Answer): string {
  if (isInside) return "inside";
  if (status === 303 && location.startsWith(urls.signInSecondFactor())) return "second factor";
  if (status === 303 && location.startsWith(`${urls.signIn()}?`)) return "sign in";
  if (status === 404) return "not found";
  return status === 403 ? "forbidden" : `${status} ${location}`;
}

function expected({ access, reauthenticate }: RouteInfo, name: string): Outcome {
  const isNobody = name === "anonymous";
  const permission = /^permission:(.+)$/.exec(access)?.[1];
  if (isNobody && (access === "viewer" || permission !== undefined)) return "sign in";
  if (permission !== undefined && rights[name]?.includes(permission) !== true) {
    return name === "owner with one factor" ? "second factor" : "not found";
  }
  return reauthenticate && name === "reader who is impersonated" ? "forbidden" : "inside";
}

const routesOfApps = (): RouteInfo[] => site.routes.filter(({ app }) => apps.some(({ name }) => name === app));

test("every permission that a route asks for is one that a role can have", () => {
  const asked = routesOfApps().flatMap(({ access }) => /^permission:(.+)$/.exec(access)?.[1] ?? []);
  assert.ok(asked.length > 20, `${asked.length} routes ask for a permission`);
  for (const permission of asked)
    assert.ok(
      permissionNames.some((name) => name === permission),
      permission,
    );
});

test("every route lets in whom it declares, and tells others what it declares", async () => {
  let asked = 0;
  for (const route of routesOfApps()) {
    for (const person of people) {
      const outcome = outcomeOf(await knock(route, person, person.csrf));
      assert.equal(outcome, expected(route, person.name), `${route.method} ${route.pattern} for ${person.name}`);
      asked += 1;
    }
  }
  assert.ok(asked > 800, `${asked} requests`);
});

test("nothing is changed by anybody without the token of this browser", async () => {
  for (const route of routesOfApps().filter(({ method, csrf }) => method !== "GET" && csrf)) {
    for (const [index, person] of people.entries()) {
      const stolen = people[(index + 1) % people.length]?.csrf;
      for (const csrf of [undefined, "", stolen]) {
        assert.equal((await knock(route, person, csrf)).status, 403, `${route.method} ${route.pattern} ${person.name}`);
      }
    }
  }
});

test("what is dangerous asks for a proof that is not old", async () => {
  const dangerous = routesOfApps().filter(({ reauthenticate, access }) => reauthenticate && access !== "anyone");
  assert.ok(dangerous.length > 15, `${dangerous.length} dangerous routes`);
  const userId = await holderOf("owner");
  const visitor = await newVisitor("sam", { userId, authenticatedAt: new Date(Date.now() - 16 * 60_000) });
  const tired = await personOf("owner", visitor);
  for (const route of dangerous) {
    const { status, location } = await knock(route, tired, tired.csrf);
    assert.equal(status, 303, `${route.method} ${route.pattern}`);
    assert.ok(location.startsWith(`${urls.signInAgain()}?next=`), `${route.pattern} leads to ${location}`);
  }
});

test("every page answers everybody as its route declares", async () => {
  const own = { [`${urls.staffRole.pattern} id`]: ["2", "new"] };
  // Files have examples in security.test.ts.
  for (const route of routesOfApps().filter(({ pattern }) => !/:(file|hash)/.test(pattern))) {
    for (const address of addressesOf(route, own)) {
      for (const { name, visitor } of people) {
        const { status, headers } = await visitor.get(address);
        const where = `${address} answered ${status} ${String(headers.location)} to ${name}`;
        const outcome = expected(route, name);
        if (outcome === "sign in")
          assert.ok(status === 303 && String(headers.location).startsWith(urls.signIn()), where);
        else if (outcome === "second factor") assert.equal(status, 303, where);
        else if (outcome === "not found") assert.equal(status, 404, where);
        else if (outcome === "forbidden") assert.equal(status, 403, where);
        // Which tables each may see: see src/apps/admin/matrix.test.ts.
        else if (route.pattern.startsWith("/admin/:model/")) assert.ok([200, 404].includes(status), where);
        // Who writes may open what is theirs, which this is not: see src/apps/desk/editor.test.ts.
        else if (route.access === "permission:desk.write" && name === "author" && route.pattern.includes(":id"))
          assert.equal(status, 404, where);
        else if (route.access.startsWith("permission:")) assert.equal(status, 200, where);
        else assert.ok(status < 400 || [403, 404, 410].includes(status), where);
      }
    }
  }
});

test("the first page of the staff is for the staff", async () => {
  for (const { name, visitor } of people) {
    const { status, headers } = await visitor.get(urls.staff());
    const isStaff = (rights[name] ?? []).length > 0;
    if (isStaff) assert.equal(status, 200, name);
    else if (name === "anonymous" || name === "owner with one factor") assert.ok(headers.location, name);
    else assert.equal(status, 404, name);
  }
});

/** Every row that belongs to an account, whatever its table. */
async function everythingOf(userId: number): Promise<unknown> {
  const tables = (await listReferences()).filter(({ column }) => column === "user_id");
  const found: Record<string, unknown> = {};
  for (const { table } of tables) {
    const { rows } = await db.execute<Record<string, unknown>>(
      sql`select * from ${sql.raw(table)} where user_id = ${userId} order by ${sql.raw(table)}::text`,
    );
    found[table] = rows;
  }
  return found;
}

test("nobody touches what is another's, whatever number they send", async () => {
  const maya = 2;
  await newVisitor("maya");
  await db.insert(passkeys).values({ userId: maya, credentialId: "m", publicKey: "k", counter: 0, name: "Phone" });
  await db.insert(identities).values({ userId: maya, issuer: "https://id.example", subject: "m" });
  await db.insert(devices).values({ userId: maya, tokenHash: "m" });
  const numbers = new Set<number>();
  for (const table of [sessions, passkeys, identities, devices]) {
    for (const { id } of await db.select({ id: table.id }).from(table).where(eq(table.userId, maya))) numbers.add(id);
  }
  const theirs = await everythingOf(maya);
  const changing = routesOfApps().filter(({ method, access }) => method !== "GET" && access === "viewer");
  const own = changing.filter(({ pattern }) => pattern.includes(":id") || pattern === urls.accountSessions.pattern);
  assert.ok(own.length >= 4, `${own.length} routes with a number`);
  for (const { method, pattern } of own) {
    for (const number of numbers) {
      const id = String(number);
      const sam = await newVisitor("sam");
      const fields = { _method: method, name: "Mine now", device: id, session: id };
      const { status } = await sam.post(pattern.replace(":id", id), fields, urls.account());
      assert.ok(status < 500 && status !== 403, `${method} ${pattern} answered ${status}`);
    }
  }
  assert.deepEqual(await everythingOf(maya), theirs);
  const sam = await newVisitor("sam");
  for (const address of [urls.accountPasskey({ id: "1" }), urls.accountIdentity({ id: "1" })]) {
    assert.equal((await sam.post(address, { _method: "DELETE" }, urls.account())).status, 404, address);
  }
});

test("a cookie that is made up is nobody's", async () => {
  const visitor = await newVisitor();
  for (const made of ["1", "", "null", "' or 1=1 --", "0".repeat(64)]) {
    visitor.cookies.set(sessionCookie, encodeURIComponent(made));
    assert.equal((await visitor.get(urls.account())).status, 303, made);
  }
});
