// A worker for mail that begins when it is told to, so that it has loaded by then.
import { once } from "node:events";
import { readWebhook, sendMailing, sendMessage } from "#apps/mail/tasks.ts";
import { useTransport } from "#apps/mail/transport.ts";
import { connect } from "#lib/db.ts";
import { startWorker } from "#lib/jobs.ts";
import { openTransport } from "#lib/mail/transport.ts";

const [databaseUrl = "", mailUrl = "", limit = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit());
await once(process, "message");
connect(databaseUrl);
useTransport({ ...openTransport(mailUrl), limit: Number(limit) });
await startWorker({ tasks: [sendMailing, sendMessage, readWebhook] });
