// Whoever watches over a process asks it by its own address, and wants to hear of it when it is busy, too.
export const probes: ReadonlySet<string> = new Set(["/health", "/ready", "/metrics"]);
