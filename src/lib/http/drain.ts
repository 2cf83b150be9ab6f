import type { Server } from "node:http";
import { Server as NetServer } from "node:net";
import type { Logger } from "../log.ts";

/**
 * Stops accepting connections and waits for those that are open: each should end with its next answer, which then says
 * `Connection: close`. Those that are silent are closed every `graceMs`, whatever is left after `limitMs`.
 */
export async function drain(server: Server, { graceMs, limitMs }: { graceMs: number; limitMs: number }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Server.close() of node:http would also cut the connections that are silent between two requests of a busy client,
  // and a request on its way to us would meet a reset.
  NetServer.prototype.close.call(server, () => resolve());
  const grace = setInterval(() => server.closeIdleConnections(), graceMs);
  const limit = setTimeout(() => server.closeAllConnections(), limitMs);
  await promise;
  clearInterval(grace);
  clearTimeout(limit);
}

/**
 * Runs `stop` on the first SIGTERM or SIGINT, then ends the process. A host may send SIGTERM several times: the others
 * change nothing. A second Ctrl-C is a person in a hurry, and ends the process at once.
 */
export function stopOnSignals(stop: () => Promise<unknown>, log: Logger): void {
  let stopping = false;
  const begin = (signal: NodeJS.Signals): void => {
    if (stopping) {
      if (signal === "SIGINT") process.exit(130);
      return;
    }
    stopping = true;
    log.info({ signal }, "stopping");
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ error }, "could not stop cleanly");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", begin);
  process.on("SIGINT", begin);
}
