import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { testDatabase } from "../helpers/database.ts";
import { journey } from "../helpers/browser.ts";
import { z } from "zod";
import { buildAssets, serveAssets } from "#lib/assets.ts";
import { newChallenge, verifyChallenge } from "#lib/challenge.ts";
import { connect, disconnect } from "#lib/db.ts";
import { tryServer } from "#lib/http/try.ts";
import { raw } from "#lib/jsx/jsx-runtime.ts";
import { ProofOfWork } from "#ui/proof-of-work.tsx";

const database = await testDatabase();
connect(database.url);
buildAssets(join(tmpdir(), "lectern-test-assets"));
const query = z.object({ proof: z.string().default("") });
const trial = await tryServer(
  (router) => {
    router.get("/form/", { access: "anyone" }, async () => {
      const proof = ProofOfWork({ challenge: await newChallenge("trial"), retryAfterSeconds: 700 });
      return raw(`<!doctype html><html lang="en"><title>Trial</title>
        <form action="/sent/"><label>Name <input name="name"></label>${proof.value}<button>Send</button></form></html>`);
    });
    router.get("/sent/", { access: "anyone", query }, async (request) => {
      const accepted = await verifyChallenge(request.query.proof, "trial");
      return raw(`<title>Sent</title><h1>${accepted ? "Accepted" : "Not accepted"}</h1>`);
    });
  },
  { before: [serveAssets] },
);
after(async () => {
  await trial.server.close();
  await disconnect();
  await database.drop();
});

const baseURL = trial.origin.replace("127.0.0.1", "localhost");

journey("a browser does the work that a form asks for, says so, and lets the form go", { baseURL }, async (page) => {
  await page.goto("/form/");
  await page.getByText("The work is done.").waitFor();
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("heading", { name: "Accepted", exact: true }).waitFor();
});

journey("who is faster than the browser waits, and the form is sent by itself", { baseURL }, async (page) => {
  await page.goto("/form/");
  await page.getByLabel("Name").press("Enter");
  await page.getByRole("heading", { name: "Accepted", exact: true }).waitFor();
});

journey("without JavaScript the page says how long to wait", { baseURL, javaScriptEnabled: false }, async (page) => {
  await page.goto("/form/");
  assert.match(await page.getByRole("status").innerText(), /which needs JavaScript\. .* try again in 12 minutes/);
});
