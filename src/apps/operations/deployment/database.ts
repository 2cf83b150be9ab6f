import { databaseHost, isElsewhere } from "./hosts.ts";
import { ofDatabase, type Question } from "./question.ts";

/** A process that serves takes 10, one that works 4; a release replaces them while the old ones still run. */
const leastConnections = 30;

/** Where everything is kept. */
export const database: readonly Question[] = [
  {
    name: "the database can be reached",
    ask: (deployment) => (typeof deployment.database === "string" ? deployment.database : undefined),
  },
  ofDatabase("the database is encrypted on the way", ({ isEncrypted }, { config: { DATABASE_URL } }) => {
    if (DATABASE_URL === undefined || !isElsewhere(databaseHost(DATABASE_URL))) return undefined;
    if (isEncrypted && new URL(DATABASE_URL).searchParams.get("sslmode") !== "no-verify") return undefined;
    return isEncrypted
      ? "DATABASE_URL has sslmode=no-verify, so anybody on the way can pass for the database: set sslmode=require."
      : "The connection to the database is not encrypted, and it crosses a network: add ?sslmode=require to DATABASE_URL.";
  }),
  ofDatabase("the database is PostgreSQL 15 or later", ({ versionNumber }) =>
    versionNumber < 150_000
      ? `The database is PostgreSQL ${Math.floor(versionNumber / 10_000)}, and Lectern needs 15 or later: upgrade it.`
      : undefined,
  ),
  ofDatabase("the site is no superuser", ({ isSuperuser }, { given }) =>
    isSuperuser && given.has("DATABASE_URL")
      ? "DATABASE_URL names a superuser, who may read files and run programs on the database's machine: make the site a user of its own, as in docs/deploying.md."
      : undefined,
  ),
  ofDatabase("the database holds every letter", ({ encoding }) =>
    encoding === "UTF8"
      ? undefined
      : `The database has the encoding ${encoding}, which cannot hold every text: make one with encoding 'UTF8', dump and restore.`,
  ),
  ofDatabase("the database knows letters beyond ASCII", ({ knowsLetters }) =>
    knowsLetters
      ? undefined
      : "The character type of the database is C, so the search misses words with accents: make one with C.UTF-8, dump and restore.",
  ),
  ofDatabase("the database can be written", ({ isReadOnly }) =>
    isReadOnly
      ? "The database takes no changes: DATABASE_URL leads to a replica, or default_transaction_read_only is on. Set it to the primary."
      : undefined,
  ),
  ofDatabase("what the database acknowledged is safe", ({ unsafe }) =>
    unsafe.length === 0
      ? undefined
      : `${unsafe.join(" and ")} ${unsafe.length === 1 ? "is" : "are"} off on the database, so a power cut loses what was saved: turn ${unsafe.length === 1 ? "it" : "them"} on.`,
  ),
  ofDatabase("the database has connections to spare", ({ connections }) =>
    connections < leastConnections
      ? `The database allows ${connections} connections, and a release needs ${leastConnections} while processes are replaced: raise max_connections, or the limit of the user or database.`
      : undefined,
  ),
  ofDatabase("clocks agree", ({ clockSeconds }) =>
    Math.abs(clockSeconds) > 5
      ? `The clock of the database is ${Math.abs(Math.round(clockSeconds))} s ${clockSeconds > 0 ? "ahead of" : "behind"} this machine's, so what is scheduled comes at the wrong time: let both keep time by NTP.`
      : undefined,
  ),
  ofDatabase("the demo is gone", ({ showsDemo }) =>
    showsDemo
      ? "The demo, which is Lectern's manual, is published on the site: begin with an empty database and DEMO=false."
      : undefined,
  ),
];
