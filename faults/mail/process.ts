// A process that hands a mailing over, until it is killed or done.
import { deliverMailing } from "#apps/mail/ledger.ts";
import { connect, disconnect } from "#lib/db.ts";
import { openTransport } from "#lib/mail/transport.ts";

const [databaseUrl = "", mailUrl = "", mailingId = "", limit = ""] = process.argv.slice(2);
connect(databaseUrl);
process.send?.("working");
await deliverMailing(Number(mailingId), { transport: { ...openTransport(mailUrl), limit: Number(limit) } });
await disconnect();
process.exit();
