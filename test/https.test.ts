import "./helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";

// Settings are read once, so the site is imported after this.
process.env.BASE_URL = "https://learn.example.org";
const { site } = await import("./helpers/site.ts");
const { password } = await import("#apps/accounts/fixtures.ts");
const { urls } = await import("#urls.ts");

const host = "learn.example.org";
const origin = `https://${host}`;

/** Signs sam in, and answers what the browser was told to keep. */
async function signIn(): Promise<string[]> {
  const page = await site.fastify.inject({ url: urls.signIn(), headers: { host } });
  const csrf = /name="csrf" value="([\w-]+)"/.exec(page.body)?.[1] ?? "";
  const cookie = cookiesOf(page)
    .map((each) => each.split(";")[0])
    .join("; ");
  const answer = await site.fastify.inject({
    method: "POST",
    url: urls.signIn(),
    headers: { host, origin, cookie, "content-type": "application/x-www-form-urlencoded" },
    payload: new URLSearchParams({ csrf, address: "sam@example.org", password, stay: "yes" }).toString(),
  });
  assert.equal(answer.statusCode, 303, answer.body);
  return cookiesOf(answer);
}

function cookiesOf({ headers }: { headers: Record<string, unknown> }): string[] {
  return [headers["set-cookie"] ?? []].flat().map(String);
}

test("each cookie is bound to this host and to https, and no script reads it", async () => {
  const cookies = await signIn();
  assert.ok(cookies.some((cookie) => cookie.startsWith("__Host-lectern_session=")));
  for (const cookie of cookies) {
    assert.match(cookie, /^__Host-/, cookie);
    for (const attribute of ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"]) {
      assert.ok(cookie.split("; ").includes(attribute), `${cookie} lacks ${attribute}`);
    }
    assert.doesNotMatch(cookie, /Domain=/i);
  }
});

test("a page for who is signed in never comes from the cache, nor goes into it", async () => {
  const session = (await signIn()).find((cookie) => cookie.includes("session="))?.split(";")[0] ?? "";
  const anonymous = await site.fastify.inject({ url: "/", headers: { host } });
  const own = await site.fastify.inject({ url: "/", headers: { host, cookie: session } });
  assert.match(own.body, /Sam Okafor/);
  assert.match(String(own.headers["cache-control"]), /private|no-store/);
  for (const page of [anonymous, await site.fastify.inject({ url: "/", headers: { host } })]) {
    assert.doesNotMatch(page.body, /Sam Okafor/);
  }
});

test("the policy for content has no high finding, and https stays", async () => {
  for (const url of ["/", urls.signIn(), urls.register(), "/python-lists/", "/nowhere/"]) {
    const { headers } = await site.fastify.inject({ url, headers: { host } });
    const policy = new CspParser(String(headers["content-security-policy"])).csp;
    const findings = new CspEvaluator(policy).evaluate().filter(({ severity }) => severity <= Severity.MEDIUM);
    assert.deepEqual(findings, [], url);
    assert.match(String(headers["strict-transport-security"]), /max-age=31536000; includeSubDomains/);
  }
});

test("a form that came over plain http is refused", async () => {
  const page = await site.fastify.inject({ url: urls.signIn(), headers: { host } });
  const csrf = /name="csrf" value="([\w-]+)"/.exec(page.body)?.[1] ?? "";
  const cookie = cookiesOf(page)
    .map((each) => each.split(";")[0])
    .join("; ");
  const headers = { host, origin: `http://${host}`, cookie, "content-type": "application/x-www-form-urlencoded" };
  const payload = new URLSearchParams({ csrf, address: "sam@example.org", password }).toString();
  const { statusCode } = await site.fastify.inject({ method: "POST", url: urls.signIn(), headers, payload });
  assert.equal(statusCode, 403);
});
