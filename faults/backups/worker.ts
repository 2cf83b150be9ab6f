// A worker for mail, and for a task that runs while the site is held.
import "../../test/helpers/environment.ts";
import { sendMailing, sendMessage } from "#apps/mail/tasks.ts";
import { useTransport } from "#apps/mail/transport.ts";
import { connect } from "#lib/db.ts";
import { startWorker } from "#lib/jobs.ts";
import { openTransport } from "#lib/mail/transport.ts";
import { bell } from "./bell.ts";

const [databaseUrl = "", mailUrl = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit());
connect(databaseUrl);
useTransport(openTransport(mailUrl));
await startWorker({ tasks: [sendMailing, sendMessage, bell] });
