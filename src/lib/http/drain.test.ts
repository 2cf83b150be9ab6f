import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { raw } from "../jsx/jsx-runtime.ts";
import { tryServer } from "./try.ts";

test("a request under way is answered while the server stops", async () => {
  const started = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const trial = await tryServer((router) => {
    router.get("/slow/", { access: "anyone" }, async () => {
      started.resolve();
      await release.promise;
      return raw("slow");
    });
  });
  const answer = trial.ask("/slow/", { headers: { connection: "keep-alive" } });
  await started.promise;
  const [first, second] = [trial.server.close(), trial.server.close()];
  await assert.rejects(trial.ask("/slow/"), /ECONNREFUSED/);
  release.resolve();
  assert.equal((await answer).text, "slow");
  await Promise.all([first, second]);
});

test("a busy client is never cut off: each of its connections ends with an answer", async () => {
  const trial = await tryServer(
    (router) => {
      router.get("/", { access: "anyone", cache: true }, () => raw("page"));
    },
    { contentVersion: () => 1, graceMs: 300 },
  );
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  let answered = 0;
  const failures: string[] = [];
  const client = async (): Promise<void> => {
    for (;;) {
      const sent = request(trial.origin, { agent, headers: { host: "localhost" } }).end();
      try {
        const [response] = await once(sent, "response");
        await text(response);
        answered += 1;
      } catch (error) {
        // Refused is right: the port is closed, and another process would have it. Reset is not.
        if (!/ECONNREFUSED/.test(String(error))) failures.push(String(error));
        return;
      }
    }
  };
  const clients = [client(), client(), client(), client()];
  await sleep(100);
  await trial.server.close();
  await Promise.all(clients);
  assert.ok(answered > 10);
  assert.deepEqual(failures, []);
});

test("silent connections do not keep the server from stopping", async () => {
  const trial = await tryServer(() => undefined);
  const agent = new Agent({ keepAlive: true });
  const [response] = await once(request(`${trial.origin}/health`, { agent }).end(), "response");
  await text(response);
  await trial.server.close();
  agent.destroy();
});

test("SIGTERM stops a process once, however often it comes", async () => {
  const script = `
    import { stopOnSignals } from ${JSON.stringify(fileURLToPath(new URL("drain.ts", import.meta.url)))};
    const log = { info: () => undefined, fatal: () => undefined };
    let stops = 0;
    stopOnSignals(async () => {
      stops += 1;
      await new Promise((resolve) => setTimeout(resolve, 200));
      console.log("stops", stops);
    }, log);
    setInterval(() => undefined, 1000);
    console.log("ready");`;
  const child = spawn(process.execPath, ["--import", "./src/loader.js", "--input-type=module", "--eval", script]);
  await once(child.stdout, "data");
  const output = text(child.stdout);
  child.kill("SIGTERM");
  await sleep(50);
  child.kill("SIGTERM");
  const [status] = await once(child, "exit");
  assert.deepEqual([status, await output], [0, "stops 1\n"]);
});

test("who connects and says nothing is cut off, and does not disturb others", async () => {
  const trial = await tryServer(() => undefined);
  const { hostname, port } = new URL(trial.origin);
  const silent = Array.from({ length: 200 }, () => connect(Number(port), hostname));
  await Promise.all(silent.map((socket) => once(socket, "connect")));
  for (const socket of silent) socket.write("GET / HTTP/1.1\r\nX-A: ");
  assert.equal((await trial.ask("/health")).status, 200);
  for (const socket of silent) socket.destroy();
  await trial.server.close();
});
