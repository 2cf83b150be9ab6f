// A process that takes events of a provider at an address of its own and works them off. It fails and dies as often as it is told to.
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { paymentCompleted } from "#apps/billing/events.ts";
import { inboxTasks } from "#apps/billing/inbox-tasks.ts";
import { receiveEvent } from "#apps/billing/inbox.ts";
import { useProviders } from "#apps/billing/providers.ts";
import { fakeProvider } from "#apps/billing/testing/fake-provider.ts";
import { connect, db } from "#lib/db.ts";
import { problemOf } from "#lib/http/problems.ts";
import { knowTasks, on, startWorker } from "#lib/jobs.ts";

const [url = "", failShare = "0", killShare = "0"] = process.argv.slice(2);
connect(url);
useProviders([fakeProvider()]);

const written = on(paymentCompleted, "trial.payment-completed", async ({ transactionId }, { finish }) =>
  finish(async () => {
    await db.$client.query("insert into effects values ($1, $2)", [transactionId, process.pid]);
  }),
);
await startWorker({ tasks: knowTasks([...inboxTasks, written]) });

const server = createServer((request, response) => {
  void answer(request).then((status) => response.writeHead(status).end());
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "");
});

async function answer(request: IncomingMessage): Promise<number> {
  const body = await buffer(request);
  if (Math.random() < Number(failShare)) return 500;
  if (Math.random() < Number(killShare)) dieSoon();
  try {
    await receiveEvent("paddle", body, request.headers);
  } catch (error) {
    return problemOf(error).status;
  }
  if (Math.random() < Number(killShare)) die();
  return Math.random() < Number(failShare) ? 500 : 200;
}

// At once, or in the middle of what is done for the event.
function dieSoon(): void {
  const ms = Math.random() * 8;
  if (ms < 1) die();
  void sleep(ms).then(die);
}

function die(): void {
  process.kill(process.pid, "SIGKILL");
}
