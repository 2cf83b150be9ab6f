// A process that works on the database it is given, as `./manage work --once` does.
import { connect, disconnect } from "#lib/db.ts";
import { stopOnSignals } from "#lib/http.ts";
import { startWorker } from "#lib/jobs.ts";
import { reportAlive } from "#lib/jobs/supervise.ts";
import { log } from "#lib/log.ts";
import { trialTasks } from "./tasks.ts";

connect(process.argv[2] ?? "");
reportAlive(() => process.kill(process.pid, "SIGTERM"));
const worker = await startWorker({ tasks: trialTasks });
stopOnSignals(async () => {
  await worker.stop();
  await disconnect();
}, log);
process.send?.({ working: true });
