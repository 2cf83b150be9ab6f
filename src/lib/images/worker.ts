import sharp from "sharp";
import { ImageRefused } from "./refused.ts";
import { inspect, render } from "./render.ts";
import type { Outcome, Task } from "./task.ts";

// The other end of pool.ts: a process of its own, in which a picture may do its worst.

const memoryBytes = Number(process.env["IMAGE_MEMORY_BYTES"]);
sharp.concurrency(Number(process.env["IMAGE_THREADS"]));

let running: { limitMs: number; before: NodeJS.CpuUsage } | undefined;

process.on("message", (task: Task) => {
  running = { limitMs: task.limitMs, before: process.cpuUsage() };
  void carryOut(task).then((outcome) => {
    running = undefined;
    return answer(outcome);
  });
});
// Nobody waits for the answer any more. An orderly exit would wait for the threads of libvips.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

// libvips works on threads of its own, so this timer keeps running whatever the picture does.
setInterval(() => {
  if (running === undefined) return;
  if (process.memoryUsage.rss() > memoryBytes) exhausted("The picture takes too much memory.");
  else if (cpuMs(running.before) > running.limitMs) exhausted("The picture takes too long to process.");
}, 20);

answer({ kind: "ready" });

async function carryOut(task: Task): Promise<Outcome> {
  try {
    if (task.kind === "inspect") return { kind: "inspected", facts: await inspect(task.bytes) };
    return { kind: "rendered", bytes: await render(task.bytes, task.recipe) };
  } catch (error) {
    if (error instanceof ImageRefused) return { kind: "refused", sentence: error.message };
    return { kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function cpuMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function exhausted(sentence: string): void {
  running = undefined;
  answer({ kind: "exhausted", sentence });
}

function answer(outcome: Outcome): void {
  process.send?.(outcome);
}
