import { fork, type ChildProcess } from "node:child_process";
import { on } from "node:events";
import { resolve } from "node:path";

export interface Receivers {
  /** Where each of them listens now; empty while it does not. */
  origins: readonly string[];
  /** How often one has died so far. */
  deaths: () => number;
  stop: () => void;
}

/** Starts processes that take events and work them off; one that dies is started again, and dies no more after `kills`. */
export async function startReceivers(
  url: string,
  { count, failShare, killShare, kills }: { count: number; failShare: number; killShare: number; kills: number },
): Promise<Receivers> {
  const children = new Set<ChildProcess>();
  const origins: string[] = [];
  let deaths = 0;
  let isOver = false;
  const start = async (place: number): Promise<void> => {
    const share = deaths < kills ? killShare : 0;
    const child = fork(resolve(import.meta.dirname, "process.ts"), [url, String(failShare), String(share)], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    children.add(child);
    child.once("exit", () => {
      children.delete(child);
      origins[place] = "";
      if (isOver) return;
      deaths += 1;
      void start(place);
    });
    // What supervises it talks to this process, too.
    for await (const [message] of on(child, "message")) {
      if (typeof message !== "string") continue;
      origins[place] = message;
      break;
    }
  };
  await Promise.all(Array.from({ length: count }, (_, place) => start(place)));
  return {
    origins,
    deaths: () => deaths,
    stop: () => {
      isOver = true;
      for (const child of children) child.kill("SIGKILL");
    },
  };
}
