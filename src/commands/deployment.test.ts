import "../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { Client } from "pg";
import { testDatabase } from "../../test/helpers/database.ts";
import { readConfig } from "../config.ts";
import { questions } from "../apps/operations/deployment.ts";
import type { DatabaseFacts, Deployment, MachineFacts } from "../apps/operations/deployment/question.ts";

const chance = (): string => randomBytes(32).toString("base64url");

const good = {
  BASE_URL: "https://learn.ada-writes.net",
  SECRET_KEY: chance(),
  DATA_DIR: "/var/lib/lectern",
  DATABASE_URL: `postgres://lectern:${chance()}@db.ada-writes.net/lectern?sslmode=require`,
  STORAGE_URL: `s3://KEY:${chance()}@s3.ada-writes.net/pictures`,
  MAIL_URL: `sendgrid://SG.${chance()}`,
  MAIL_FROM: "Ada <ada@ada-writes.net>",
  // A public key of the curve that SendGrid signs with.
  MAIL_WEBHOOK_KEY:
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
  TRUSTED_PROXIES: "127.0.0.1",
  METRICS_TOKEN: chance(),
  ALERT_MAIL: "ada@ada-writes.net",
  DEMO: "false",
};

const goodDatabase: DatabaseFacts = {
  versionNumber: 180_004,
  encoding: "UTF8",
  knowsLetters: true,
  isSuperuser: false,
  isEncrypted: true,
  isReadOnly: false,
  unsafe: [],
  connections: 97,
  clockSeconds: 0.02,
  showsDemo: false,
};

const goodMachine: MachineFacts = {
  uid: 1000,
  temporaryFolder: "/tmp",
  dataDir: { mode: 0o40750, isWritable: true, freeBytes: 40e9, freeShare: 0.6 },
  secretFiles: [{ path: "/var/lib/lectern/secret-key", mode: 0o100600 }],
  openFiles: 65_536,
  nodeOptions: "",
  tlsRejectUnauthorized: undefined,
};

interface Flaw {
  /** Settings that differ; undefined ones are left out. */
  settings?: Record<string, string | undefined>;
  machine?: Partial<MachineFacts>;
  database?: Partial<DatabaseFacts> | string;
  store?: string;
}

function deploymentWith({ settings = {}, machine = {}, database = {}, store }: Flaw): Deployment {
  const environment: Record<string, string | undefined> = { ...good, ...settings };
  const names = Object.keys(environment).filter((name) => environment[name] !== undefined);
  return {
    config: readConfig({ ...environment, SECRET_KEY: environment.SECRET_KEY ?? chance() }),
    given: new Set(names),
    machine: { ...goodMachine, ...machine },
    database: typeof database === "string" ? database : { ...goodDatabase, ...database },
    store,
  };
}

function findProblems(flaw: Flaw): [name: string, problem: string][] {
  const deployment = deploymentWith(flaw);
  return questions.flatMap(({ name, ask }) => {
    const problem = ask(deployment);
    return problem === undefined ? [] : [[name, problem]];
  });
}

const dataDir = goodMachine.dataDir;
const shared = chance();

// Faults W1: what is broken, and what the sentence must name.
const flaws: Record<string, Flaw & { says: RegExp }> = {
  "no origin": { settings: { BASE_URL: undefined }, says: /BASE_URL is not set/ },
  "plain http": { settings: { BASE_URL: "http://learn.ada-writes.net" }, says: /BASE_URL begins with http:/ },
  "this machine": { settings: { BASE_URL: "https://localhost" }, says: /BASE_URL names localhost/ },
  "an address for a name": { settings: { BASE_URL: "https://203.0.113.7" }, says: /BASE_URL names 203\.0\.113\.7/ },
  "the manual's name": {
    settings: { BASE_URL: "https://learn.example.org" },
    says: /BASE_URL names learn\.example\.org/,
  },
  "a port in the origin": {
    settings: { BASE_URL: "https://learn.ada-writes.net:3000" },
    says: /BASE_URL has the port 3000/,
  },
  "an unknown proxy": { settings: { TRUSTED_PROXIES: undefined }, says: /TRUSTED_PROXIES is not set/ },
  "a proxy that is no address": {
    settings: { TRUSTED_PROXIES: "proxy.internal" },
    says: /“proxy\.internal” is not an address/,
  },
  "everybody is a proxy": { settings: { TRUSTED_PROXIES: "127.0.0.1, 0.0.0.0/0" }, says: /trusts 0\.0\.0\.0\/0/ },
  "everybody is a proxy by IPv6": { settings: { TRUSTED_PROXIES: "::/0" }, says: /trusts ::\/0/ },
  "no key": { settings: { SECRET_KEY: undefined }, says: /SECRET_KEY is not set/ },
  "a key of one letter": { settings: { SECRET_KEY: "a".repeat(40) }, says: /SECRET_KEY can be guessed/ },
  "a key from an example": {
    settings: { SECRET_KEY: "please-change-me-0123456789-abcdef" },
    says: /SECRET_KEY can be guessed/,
  },
  "a token that anybody tries": {
    settings: { METRICS_TOKEN: "password-password" },
    says: /METRICS_TOKEN can be guessed/,
  },
  "one secret for two": {
    settings: { SECRET_KEY: shared, METRICS_TOKEN: shared },
    says: /SECRET_KEY and METRICS_TOKEN hold the same/,
  },
  "the database's password for a key": {
    settings: { SECRET_KEY: shared, DATABASE_URL: `postgres://lectern:${shared}@db.ada-writes.net/lectern` },
    says: /SECRET_KEY and DATABASE_URL hold the same/,
  },
  "a password that anybody tries": {
    settings: { DATABASE_URL: "postgres://lectern:lectern@db/lectern" },
    says: /password in DATABASE_URL is the first/,
  },
  "a key that all can read": {
    machine: { secretFiles: [{ path: "/var/lib/lectern/secret-key", mode: 0o100644 }] },
    says: /chmod 600 \/var\/lib\/lectern\/secret-key/,
  },
  "no database": { database: "PostgreSQL at db cannot be reached: timeout.", says: /cannot be reached/ },
  "a database in the clear": { database: { isEncrypted: false }, says: /add \?sslmode=require/ },
  "a database that anybody can pass for": {
    settings: { DATABASE_URL: good.DATABASE_URL.replace("require", "no-verify") },
    says: /sslmode=no-verify/,
  },
  "an old database": { database: { versionNumber: 140_012 }, says: /PostgreSQL 14, and Lectern needs 15/ },
  "a superuser": { database: { isSuperuser: true }, says: /superuser/ },
  "an encoding that loses letters": { database: { encoding: "SQL_ASCII" }, says: /encoding SQL_ASCII/ },
  "a character type that knows ASCII": { database: { knowsLetters: false }, says: /make one with C\.UTF-8/ },
  "a replica": { database: { isReadOnly: true }, says: /replica/ },
  "a database that forgets": {
    database: { unsafe: ["fsync", "synchronous_commit"] },
    says: /fsync and synchronous_commit are off/,
  },
  "too few connections": { database: { connections: 20 }, says: /allows 20 connections/ },
  "a clock that is off": { database: { clockSeconds: -62 }, says: /62 s behind this machine's/ },
  "the demo": { database: { showsDemo: true }, says: /DEMO=false/ },
  "nobody to tell": { settings: { ALERT_MAIL: undefined }, says: /set SLACK_URL or ALERT_MAIL/ },
  "no mail": { settings: { MAIL_URL: undefined }, says: /MAIL_URL is not set/ },
  "mail in the clear": { settings: { MAIL_URL: "smtp://mail.ada-writes.net:25" }, says: /in the clear.*smtps:/ },
  "no sender": { settings: { MAIL_FROM: undefined }, says: /MAIL_FROM is not set/ },
  "the manual's sender": {
    settings: { MAIL_FROM: "Lectern <mail@learn.example.org>" },
    says: /MAIL_FROM is an address at/,
  },
  "mail that never learns": { settings: { MAIL_WEBHOOK_KEY: undefined }, says: /MAIL_WEBHOOK_KEY is not set/ },
  "pictures in the clear": {
    settings: { STORAGE_URL: `s3+http://KEY:${chance()}@s3.ada-writes.net/pictures` },
    says: /set STORAGE_URL to s3:/,
  },
  "counts in the clear": {
    settings: { REDIS_URL: `redis://:${chance()}@redis.ada-writes.net:6379` },
    says: /redis\.ada-writes\.net in the clear.*set REDIS_URL to rediss:/,
  },
  "a store that refuses": {
    store: "PUT /pictures failed in the S3 store: status 403 AccessDenied.",
    says: /STORAGE_URL: PUT.*403/,
  },
  "a resizer for all": {
    settings: { ROBOCROP_KEY: chance(), ROBOCROP_HOSTS: "*" },
    says: /ROBOCROP_HOSTS lets the resizer/,
  },
  "a resizer's key from an example": {
    settings: { ROBOCROP_KEY: "change-me-change-me", ROBOCROP_HOSTS: "images.ada-writes.net" },
    says: /ROBOCROP_KEY can be guessed/,
  },
  "a resizer for a whole domain of the top": {
    settings: { ROBOCROP_KEY: chance(), ROBOCROP_HOSTS: "images.ada-writes.net, *.com" },
    says: /ROBOCROP_HOSTS lets the resizer/,
  },
  "half a resizer": { settings: { ROBOCROP_KEY: chance() }, says: /one is set, so the resizer is off/ },
  "a development": { settings: { DEV: "true" }, says: /DEV is on/ },
  "a log that is silent": { settings: { LOG_LEVEL: "silent" }, says: /LOG_LEVEL is silent/ },
  "a log that babbles": { settings: { LOG_LEVEL: "debug" }, says: /LOG_LEVEL is debug/ },
  root: { machine: { uid: 0 }, says: /runs as root/ },
  "a folder that is emptied": { settings: { DATA_DIR: "/tmp/lectern" }, says: /DATA_DIR is \/tmp\/lectern/ },
  "a folder of somebody else": {
    machine: { dataDir: { ...dataDir, isWritable: false } },
    says: /cannot write in DATA_DIR/,
  },
  "a folder of everybody": { machine: { dataDir: { ...dataDir, mode: 0o40777 } }, says: /chmod o-w/ },
  "a full disk": { machine: { dataDir: { ...dataDir, freeBytes: 2e8, freeShare: 0.01 } }, says: /0\.2 GB left, 1%/ },
  "few files": { machine: { openFiles: 1024 }, says: /may open 1024 files/ },
  "certificates of anybody": { machine: { tlsRejectUnauthorized: "0" }, says: /NODE_TLS_REJECT_UNAUTHORIZED is 0/ },
  "a debugger": { machine: { nodeOptions: "--inspect=0.0.0.0:9229" }, says: /remove --inspect/ },
};

test("a good deployment has no problem", () => {
  assert.deepEqual(findProblems({}), []);
});

test("one machine with the embedded database, a folder for pictures and SMTP is as good", () => {
  const settings = {
    DATABASE_URL: undefined,
    STORAGE_URL: undefined,
    METRICS_TOKEN: undefined,
    MAIL_WEBHOOK_KEY: undefined,
    MAIL_URL: `smtp://ada:${chance()}@mail.ada-writes.net:587`,
  };
  assert.deepEqual(findProblems({ settings, database: { isSuperuser: true, isEncrypted: false } }), []);
});

test("a resizer for named hosts, wildcards below a domain among them, is fine", () => {
  const settings = { ROBOCROP_KEY: chance(), ROBOCROP_HOSTS: "*.ada-writes.net, images, cdn.ada-writes.net:8443" };
  assert.deepEqual(findProblems({ settings }), []);
});

test("containers beside each other need no certificates", () => {
  const DATABASE_URL = `postgres://lectern:${chance()}@db/lectern`;
  assert.deepEqual(findProblems({ settings: { DATABASE_URL }, database: { isEncrypted: false } }), []);
});

for (const [name, { says, ...flaw }] of Object.entries(flaws)) {
  test(`it says what is wrong: ${name}`, () => {
    const problems = findProblems(flaw);
    assert.deepEqual(
      problems.map(([, problem]) => says.test(problem)),
      [true],
      JSON.stringify(problems),
    );
    assert.ok(!problems.some(([, problem]) => problem.includes(shared) || problem.includes(good.SECRET_KEY)));
  });
}

test("every question has something that it finds", () => {
  const found = new Set(Object.values(flaws).flatMap((flaw) => findProblems(flaw).map(([name]) => name)));
  const never = questions.map(({ name }) => name).filter((name) => !found.has(name));
  assert.deepEqual(never, []);
});

// What the machine of the test is like is not for the test to say.
const ofTheMachine = new Set([
  "it does not run as root",
  "DATA_DIR stays",
  "the disk has room",
  "it may open enough files",
]);

// Not in the temporary folder, which is no place for a site.
const cache = resolve("node_modules/.cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "lectern-deployment-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What `./manage` says with these settings and no others: the names of what is wrong, the sentences, the exit status. */
function manage(args: readonly string[], settings: Record<string, string>) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATA_DIR: folder, LOG_LEVEL: "warn", ...settings };
  const { stdout, stderr, status } = spawnSync("./manage", args, { encoding: "utf8", env });
  return { wrong: [...stdout.matchAll(/^wrong +(.+)$/gm)].map(([, name = ""]) => name), text: stdout + stderr, status };
}

const { BASE_URL, SECRET_KEY, MAIL_URL, MAIL_FROM, MAIL_WEBHOOK_KEY, TRUSTED_PROXIES, ALERT_MAIL } = good;
const ready = { BASE_URL, SECRET_KEY, MAIL_URL, MAIL_FROM, MAIL_WEBHOOK_KEY, TRUSTED_PROXIES, ALERT_MAIL };

test("of a good site the command misses an owner alone, and what this machine lacks", () => {
  const before = manage(["check", "--deploy"], ready);
  assert.match(before.text, /The database lacks .+: run \.\/manage migrate\./);
  assert.equal(before.status, 1);
  assert.equal(manage(["migrate"], ready).status, 0);
  const { wrong, status, text } = manage(["check", "--deploy"], ready);
  const ofTheSite = wrong.filter((name) => !ofTheMachine.has(name));
  assert.deepEqual(ofTheSite, ["owner"], text);
  assert.equal(status, 1);
  assert.equal(manage(["user", "create", "otto@example.org", "--role", "owner"], ready).status, 0);
  assert.match(manage(["check", "--deploy"], ready).text, /No owner has a second factor/);
});

test("the command ends with 1 for settings that cannot be read", () => {
  const { text, status } = manage(["check", "--deploy"], { ...ready, SECRET_KEY: "short" });
  assert.match(text, /SECRET_KEY: must have at least 32 characters/);
  assert.equal(status, 1);
});

test("the command ends with 1 when the database is away, and asks the rest all the same", () => {
  const DATABASE_URL = `postgres://lectern:${chance()}@127.0.0.1:1/lectern`;
  const { wrong, status, text } = manage(["check", "--deploy"], { DATABASE_URL });
  assert.ok(wrong.includes("the database can be reached") && wrong.includes("BASE_URL is set"), text);
  assert.equal(status, 1);
});

test("the command asks the database itself", async (t) => {
  const database = await testDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const broken = new URL(database.url);
  broken.pathname += "_c";
  const name = broken.pathname.slice(1);
  t.after(async () => {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.end();
    await database.drop();
  });

  const whole = manage(["check", "--deploy"], { ...ready, DATABASE_URL: database.url });
  assert.ok(!whole.wrong.includes("database") && !whole.wrong.some((each) => letters.has(each)), whole.text);

  const libc = "encoding 'SQL_ASCII' locale_provider libc lc_collate 'C' lc_ctype 'C'";
  await client.query(`create database ${name} template template0 ${libc} connection limit 7`);
  await client.query(`alter database ${name} set default_transaction_read_only = on`);
  await client.query(`alter database ${name} set synchronous_commit = off`);
  const { wrong, text, status } = manage(["check", "--deploy"], { ...ready, DATABASE_URL: broken.href });
  assert.match(text, /encoding SQL_ASCII/);
  assert.match(text, /allows 7 connections/);
  // The server of the tests may have more of them off.
  assert.match(text, /synchronous_commit (is|are) off/);
  assert.match(text, /The database lacks/);
  assert.ok(wrong.includes("the database can be written"));
  assert.equal(status, 1);
  assert.ok(!text.includes("    at "), "no stack");
});

const letters = new Set(["the database holds every letter", "the database knows letters beyond ASCII"]);
