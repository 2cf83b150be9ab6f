import sharp from "sharp";
import { ImageRefused } from "./refused.ts";
import { inspect, render } from "./render.ts";
import { outOfMemory } from "./task.ts";
import type { Outcome, Task } from "./task.ts";

// The other end of pool.ts: a process of its own, in which a picture may do its worst.

const memoryBytes = Number(process.env["IMAGE_MEMORY_BYTES"]);
sharp.concurrency(Number(process.env["IMAGE_THREADS"]));

process.on("message", (task: Task) => {
  void carryOut(task).then((outcome) => process.send?.(outcome));
});
// Nobody waits for the answer any more.
process.on("disconnect", () => process.exit());

// libvips works on threads of its own, so this timer keeps running whatever the picture does.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryBytes) process.exit(outOfMemory);
}, 20);

process.send?.({ kind: "ready" } satisfies Outcome);

async function carryOut(task: Task): Promise<Outcome> {
  try {
    if (task.kind === "inspect") return { kind: "inspected", facts: await inspect(task.bytes) };
    return { kind: "rendered", bytes: await render(task.bytes, task.recipe) };
  } catch (error) {
    if (error instanceof ImageRefused) return { kind: "refused", sentence: error.message };
    return { kind: "failed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
