import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { isServer } from "#lib/postgres/running.ts";
import { startPostgres } from "#lib/postgres.ts";
import { until } from "./world.ts";

export interface FragileServer {
  url: string;
  /** Ends it without a good-bye; it is back soon after. */
  crash: () => Promise<void>;
  stop: () => Promise<void>;
}

const run = promisify(execFile);

/** An embedded database of its own, which its users start again. */
export async function startEmbedded(folder: string): Promise<FragileServer> {
  const server = await startPostgres(join(folder, "postgres"));
  return {
    url: server.url,
    crash: async () => {
      const data = join(folder, "postgres/data");
      const pid = Number((await readFile(join(data, "postmaster.pid"), "utf8")).split("\n")[0]);
      process.kill(pid, "SIGQUIT");
      await until(async () => !(await isServer(pid, data)), 10_000);
    },
    stop: () => server.leave(),
  };
}

/** A server of the newest PostgreSQL that Debian has installed, which refuses to run as root. */
export async function startServer(folder: string): Promise<FragileServer> {
  const [bin] = globSync("/usr/lib/postgresql/*/bin").toSorted().toReversed();
  if (bin === undefined)
    throw new Error("There is no PostgreSQL in /usr/lib/postgresql: install it, or unset TEST_DATABASE_URL.");
  const home = join(folder, "server");
  await mkdir(home);
  const become = process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
  if (become.length > 0) await run("chown", ["postgres", folder, home]);
  const data = join(home, "data");
  const command = async (name: string, ...args: string[]): Promise<void> => {
    const [first = "", ...rest] = [...become, join(bin, name), "-D", data, ...args];
    await run(first, rest, { cwd: home });
  };
  const port = await findPort();
  const options = `-c listen_addresses=127.0.0.1 -p ${port} -k ${home}`;
  // Nobody reads its output, which would be open for as long as the server runs.
  const start = (): Promise<void> => command("pg_ctl", "-w", "-s", "-l", join(home, "log"), "-o", options, "start");
  await command("initdb", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    crash: async () => {
      await command("pg_ctl", "-m", "immediate", "-s", "stop");
      await start();
    },
    stop: () => command("pg_ctl", "-m", "fast", "-s", "stop"),
  };
}

export async function findPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
