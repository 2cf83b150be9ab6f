import "./environment.ts";
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { apps } from "#apps.ts";
import { viewerOf } from "#apps/members/viewers.ts";
import { readContentVersion } from "#apps/catalog/content-version.ts";
import { config } from "#config.ts";
import { buildAssets } from "#lib/assets.ts";
import { connect, disconnect } from "#lib/db.ts";
import { sessionCookie, type Viewer } from "#lib/viewer.ts";
import { createSite } from "../../src/site.tsx";
import { testDatabase } from "./database.ts";

// Two of the small world without sessions of their own: `maya` is a member, `sam` reads for free.
export const sam: Viewer = { id: 1, isMember: false, permissions: [], name: "Sam Okafor" };
export const maya: Viewer = { id: 2, isMember: true, permissions: [], name: "Maya Ruiz" };
const viewers: Record<string, Viewer> = { sam, maya };

assert.equal(config.DATA_DIR, process.env.DATA_DIR, "Settings were read too early: import environment.ts first.");
const database = await testDatabase({
  key: config.BASE_URL,
  folder: config.DATA_DIR,
  fill: async (url) => {
    connect(url);
    for (const app of apps.toReversed()) await app.fixtures?.();
    await disconnect();
  },
});
connect(database.url);
buildAssets(join(tmpdir(), "lectern-test-assets"));
await readContentVersion();

/** The whole site on this test file's own database, with the fixtures of every app. */
export const site = await createSite({
  // A machine that runs many tests at once is slow, and no answer of theirs may depend on that.
  maxBusyMs: Number.POSITIVE_INFINITY,
  viewerOf: async (request) =>
    viewers[/lectern_session=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? ""] ?? (await viewerOf(request)),
});

after(async () => {
  await site.close();
  await disconnect();
  await database.drop();
});

export interface Visit {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  html: string;
  /** What a reader sees: tags dropped, entities decoded, white space folded. */
  text: string;
}

interface VisitOptions {
  as?: Viewer;
  method?: "GET" | "HEAD" | "POST";
  headers?: Record<string, string>;
}

/** Asks the site for an address, as an anonymous reader or as somebody of the small world. */
export async function visit(url: string, options: VisitOptions = {}): Promise<Visit> {
  const name = Object.keys(viewers).find((candidate) => viewers[candidate] === options.as);
  const cookie = name === undefined ? {} : { cookie: `${sessionCookie}=${name}` };
  const response = await site.fastify.inject({
    url,
    method: options.method ?? "GET",
    headers: { host: "localhost", ...cookie, ...options.headers },
  });
  return { status: response.statusCode, headers: response.headers, html: response.body, text: textOf(response.body) };
}

/** The same, when anything but 200 is a failure of the test. */
export async function visitOk(url: string, options: VisitOptions = {}): Promise<Visit> {
  const page = await visit(url, options);
  assert.equal(page.status, 200, `${url} answered ${page.status}: ${page.text.slice(0, 300)}`);
  return page;
}

/** Makes what tests have just saved visible to the page cache, as a moment later it would be. */
export async function contentChanged(): Promise<void> {
  await readContentVersion();
}

/** What a reader sees of a page. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&(lt|gt|quot|amp|#39);/g, (entity) => entities[entity] ?? entity)
    .replace(/\s+/g, " ");
}

const entities: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&", "&#39;": "'" };
