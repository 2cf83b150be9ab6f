import assert from "node:assert/strict";
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { isServer } from "#lib/postgres/running.ts";
import { startPostgres } from "#lib/postgres.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "lectern-postgres-"));
const folder = path.join(scratch, "postgres");
const data = path.join(folder, "data");
const program = path.resolve(import.meta.dirname, "../../test/helpers/postgres-user.ts");
const processes: ChildProcess[] = [];

after(async () => {
  for (const child of processes) child.kill("SIGKILL");
  if (existsSync(data)) await (await startPostgres(folder)).leave();
  await rm(scratch, { recursive: true });
});

test("processes that start together on an empty folder share one server, and the site's role is no superuser", async () => {
  const users = await Promise.all([startUser(), startUser()]);
  assert.equal(new Set(users.map(({ url }) => url)).size, 1);
  assert.equal(await ask(users[0].url, "select usesuper::text from pg_user where usename = current_user"), "false");
  assert.deepEqual(await listFolder(), ["data", "server.log"]);
  await Promise.all(users.map((user) => user.leave()));
  assert.equal(await serverPid(), undefined);
});

test("the last to leave stops the server, whoever started it", async () => {
  for (const starterLeavesFirst of [true, false]) {
    const starter = await startPostgres(folder);
    const other = await startUser();
    const [first, last] = starterLeavesFirst ? [starter, other] : [other, starter];
    await first.leave();
    assert.equal(await ask(last.url, "select 'up'"), "up");
    const pid = await serverPid();
    await last.leave();
    assert.ok(pid !== undefined && !(await isServer(pid, data)));
  }
});

test("a killed process leaves a server that the next start joins, with every row it was promised", async () => {
  const owner = await startUser();
  await ask(owner.url, "create table acknowledged (n int primary key)");
  const pid = await serverPid();
  const acknowledged = await writeUntil(owner.child, 50);
  owner.child.kill("SIGKILL");
  const next = await startPostgres(folder);
  assert.equal(await serverPid(), pid);
  assert.ok(Number(await ask(next.url, "select count(*)::text from acknowledged")) >= acknowledged);
  await ask(next.url, "drop table acknowledged");
  await next.leave();
  assert.equal(await serverPid(), undefined);
});

test("a server that is killed under writes comes back for those who use it, with every row it promised", async () => {
  const server = await startPostgres(folder);
  await ask(server.url, "create table acknowledged (n int primary key)");
  let acknowledged = 0;
  for (const signal of ["SIGKILL", "SIGQUIT", "SIGKILL", "SIGQUIT", "SIGKILL"] as const) {
    const client = new Client({ connectionString: server.url });
    client.on("error", () => undefined);
    await client.connect();
    const killed = serverPid().then((pid) => sleep(50).then(() => pid !== undefined && process.kill(pid, signal)));
    await assert.rejects(async () => {
      for (;;) {
        await client.query("insert into acknowledged values ($1)", [acknowledged + 1]);
        acknowledged++;
      }
    });
    assert.ok(await killed);
    const found = Number(await askAgain(server.url, "select count(*)::text from acknowledged"));
    // A row whose answer was lost may be there too.
    assert.ok(found === acknowledged || found === acknowledged + 1, `${found} rows of ${acknowledged}`);
    acknowledged = found;
  }
  assert.ok(acknowledged > 5);
  await ask(server.url, "drop table acknowledged");
  await server.leave();
});

test("what a dead server left behind is no obstacle: a free number, another program's, a zombie's", async () => {
  const holder = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  processes.push(holder);
  const [zombie] = await once(holder.stdout, "data");
  for (const pid of ["4194303", String(process.pid), String(zombie).trim()]) {
    const user = await startUser();
    const running = Number(await serverPid());
    const socketFolder = new URL(user.url).searchParams.get("host") ?? "";
    const files = [path.join(data, "postmaster.pid"), path.join(socketFolder, ".s.PGSQL.5432.lock")];
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
    user.child.kill("SIGKILL");
    await once(user.child, "exit");
    process.kill(running, "SIGKILL");
    for (const [at, file] of files.entries()) await writeFile(file, (texts[at] ?? "").replace(String(running), pid));
    const next = await startPostgres(folder);
    assert.equal(await ask(next.url, "select 'up'"), "up");
    await next.leave();
  }
});

const flock = "/usr/bin/flock";
test(
  "no server starts while another holds the folder, in whatever container",
  { skip: !existsSync(flock) },
  async () => {
    const holder = spawn(flock, ["--no-fork", path.join(folder, "server.lock"), "sh", "-c", "echo; exec sleep 0.5"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(holder.stdout, "data");
    const server = await startPostgres(folder);
    assert.equal(holder.exitCode, 0);
    await server.leave();
  },
);

test("a first start that is killed half-way leaves nothing half made", async () => {
  const whole = path.join(scratch, "whole");
  await rename(folder, whole);
  const child = forkUser();
  while (!existsSync(folder) || !(await readdir(folder)).some((name) => name.startsWith("new."))) await sleep(5);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.ok(!existsSync(data));
  const server = await startPostgres(folder);
  assert.equal(await ask(server.url, "select 'up'"), "up");
  await server.leave();
  // The orphaned initdb may have gone on for a moment after the folder was cleared.
  for (let starts = 0; starts < 20 && (await readdir(folder)).some((name) => name.startsWith("new.")); starts++)
    await (await startPostgres(folder)).leave();
  assert.deepEqual(await listFolder(), ["data", "server.log"]);
  await rm(folder, { recursive: true });
  await rename(whole, folder);
});

test("the server of a deleted folder is not taken for the one of its successor", async () => {
  const owner = await startUser();
  const orphan = await serverPid();
  owner.child.kill("SIGKILL");
  await once(owner.child, "exit");
  await rm(folder, { recursive: true });
  const server = await startPostgres(folder);
  assert.notEqual(await serverPid(), orphan);
  assert.notEqual(server.url, owner.url);
  await server.leave();
  assert.ok(orphan !== undefined && process.kill(orphan, "SIGQUIT"));
  while (await isServer(orphan, data)) await sleep(5);
  await rm(new URL(owner.url).searchParams.get("host") ?? "", { recursive: true });
});

async function startUser(): Promise<{ child: ChildProcess; url: string; leave(): Promise<void> }> {
  const child = forkUser();
  const [message] = await once(child, "message");
  return {
    child,
    url: String(message.url),
    leave: async () => {
      child.send("leave");
      await once(child, "exit");
    },
  };
}

function forkUser(): ChildProcess {
  const child = fork(program, [folder], { execArgv: ["--import", "./src/loader.js"] });
  processes.push(child);
  return child;
}

async function writeUntil(child: ChildProcess, rows: number): Promise<number> {
  child.send("write");
  for (;;) {
    const [message] = await once(child, "message");
    if (message.acknowledged >= rows) return message.acknowledged;
  }
}

async function listFolder(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name !== "server.lock").toSorted();
}

async function serverPid(): Promise<number | undefined> {
  const file = path.join(data, "postmaster.pid");
  return existsSync(file) ? Number((await readFile(file, "utf8")).split("\n")[0]) : undefined;
}

async function ask(url: string, question: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<string[]>({ text: question, rowMode: "array" });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

async function askAgain(url: string, question: string): Promise<string | undefined> {
  for (const giveUpAt = Date.now() + 5000; ; await sleep(10)) {
    try {
      return await ask(url, question);
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
  }
}
