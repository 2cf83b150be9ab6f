// A process that prepares a mailing, as the one that answers an editor does.
import { prepareMailing } from "#apps/mail/mailings.ts";
import { sampler } from "#apps/mail/sampler.tsx";
import { connect, disconnect } from "#lib/db.ts";
import { people } from "./people.ts";

const [databaseUrl = "", key = "", count = ""] = process.argv.slice(2);
connect(databaseUrl);
process.send?.("working");
await prepareMailing(sampler, { name: "all" }, { key, recipients: people(key, Number(count)) });
await disconnect();
process.exit();
