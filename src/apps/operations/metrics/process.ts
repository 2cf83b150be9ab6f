import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { collectDefaultMetrics, type Registry } from "prom-client";
import { getContentVersion } from "#apps/catalog/content-version.ts";
import { poolState } from "#lib/db.ts";
import { counter, gauge, one } from "./readings.ts";

/** The process: memory, CPU, garbage and event loop as everywhere with Node, then what is ours. */
export function addProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const metric of [loop, connections, waiting, content, build]) registry.registerMetric(metric);
}

// A share since the last time would be taken from each other by two who ask; the rate of this is one.
const loop = counter(
  { name: "lectern_event_loop_active_seconds_total", help: "Time in which the event loop had work." },
  one(() => performance.eventLoopUtilization().active / 1000),
);

const connections = gauge(
  {
    name: "lectern_database_pool_connections",
    help: "Connections of this process to the database.",
    labels: ["state"],
  },
  () => {
    const { size, idle } = poolState();
    return Object.entries({ idle, busy: size - idle }).map(([state, value]) => [{ state }, value]);
  },
);

const waiting = gauge(
  { name: "lectern_database_pool_waiting", help: "Callers that wait for a connection." },
  one(() => poolState().waiting),
);

const content = gauge(
  {
    name: "lectern_content_version",
    help: "The version of the public content that this process shows; all agree within a second of a change.",
  },
  one(() => Number.parseInt(getContentVersion(), 10) || 0),
);

const build = gauge(
  { name: "lectern_build_info", help: "Always 1; what runs is in the labels.", labels: ["version", "node"] },
  () => [[{ version: release, node: process.versions.node }, 1]],
);

const manifest = readFileSync(new URL("../../../../package.json", import.meta.url), "utf8");
const release = /"version": "([^"]+)"/.exec(manifest)?.[1] ?? "";
