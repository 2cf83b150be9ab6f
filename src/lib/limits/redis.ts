import { hkdfSync } from "node:crypto";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { config } from "../../config.ts";
import { storeOf } from "./flexible.ts";
import type { RemoteStore } from "./store.ts";

/** Counts in Redis, where keys expire by themselves. Sites with different keys may share one. */
export function openRedis(url: string): RemoteStore {
  const site = Buffer.from(hkdfSync("sha256", config.SECRET_KEY, "", "keys in Redis", 6)).toString("hex");
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    commandTimeout: 1000,
    // What cannot be asked now is counted elsewhere: nothing waits, or is asked a second time.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // A connection that is lost is opened by `probe`.
    retryStrategy: () => null,
  });
  // Whoever asks is told; without a listener it would be printed.
  client.on("error", () => undefined);
  client.on("connect", () => client.stream.unref());
  const connected = client.connect().catch(() => undefined);
  const limiter = new RateLimiterRedis({ storeClient: client, keyPrefix: `lectern-${site}`, points: 1, duration: 1 });
  const single = storeOf(limiter);
  return {
    add: async (additions) => {
      await connected;
      return single.add(additions);
    },
    read: async (key) => {
      await connected;
      return single.read(key);
    },
    remove: async (key) => {
      await connected;
      return single.remove(key);
    },
    probe: async () => {
      await connected;
      if (client.status === "end") await client.connect();
      await client.ping();
    },
    close: () => client.disconnect(),
  };
}
