import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

const candidates = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "redis-server"));
const executable = [...candidates, "/usr/bin/redis-server"].find((path) => existsSync(path));
const howToInstall = "there is no Redis: `apt install redis-server`";

/** Why tests with Redis are skipped on this machine; where everything must be checked, a missing one is a failure. */
export const skip = executable === undefined && process.env.CI !== "true" ? howToInstall : false;

export interface RedisServer {
  url: string;
  /** It takes calls and answers none, as behind a broken network. */
  pause: () => void;
  resume: () => void;
  stop: () => Promise<void>;
}

/** Starts an empty Redis that keeps nothing on the disk; throws with the command that installs one when there is none. */
export async function startRedis(): Promise<RedisServer> {
  if (executable === undefined) throw new Error(howToInstall);
  const port = await freePort();
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn(executable, flags, { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => child.kill("SIGKILL"));
  const lines = createInterface(child.stdout);
  for await (const line of lines) if (/ready to accept connections/i.test(line)) break;
  child.stdout.resume();
  return {
    url: `redis://127.0.0.1:${port}`,
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
