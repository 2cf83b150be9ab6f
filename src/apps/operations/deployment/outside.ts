import { isElsewhere } from "./hosts.ts";
import type { Question } from "./question.ts";

/** Stores, strangers, and who hears of trouble. */
export const outside: readonly Question[] = [
  {
    name: "somebody hears of trouble",
    ask: ({ config: { SLACK_URL, ALERT_MAIL, HEARTBEAT_URL } }) =>
      SLACK_URL === undefined && ALERT_MAIL.length === 0 && HEARTBEAT_URL === undefined
        ? "Nobody is told when something is wrong: set SLACK_URL or ALERT_MAIL, and HEARTBEAT_URL for the case that the whole machine is gone."
        : undefined,
  },
  {
    name: "the store is encrypted on the way",
    ask: ({ config }) => {
      const url = URL.parse(config.STORAGE_URL);
      return url?.protocol === "s3+http:" && isElsewhere(url.hostname)
        ? `Pictures go to ${url.hostname} in the clear: set STORAGE_URL to s3://…`
        : undefined;
    },
  },
  {
    name: "Redis is encrypted on the way",
    ask: ({ config }) => {
      const url = URL.parse(config.REDIS_URL ?? "");
      return url?.protocol === "redis:" && isElsewhere(url.hostname)
        ? `What is counted goes to ${url.hostname} in the clear, with the password: set REDIS_URL to rediss://…`
        : undefined;
    },
  },
  {
    name: "the store can be written",
    ask: ({ store }) =>
      store &&
      `A file could not be stored, read and removed in the store of STORAGE_URL: ${store.replace(/\.?$/, ".")}`,
  },
  {
    name: "the resizer asks only whom it should",
    ask: ({ config }) =>
      config.ROBOCROP_KEY !== undefined && config.ROBOCROP_HOSTS.some((host) => /^\*(\.[^.:]+)?(:\d+)?$/.test(host))
        ? "ROBOCROP_HOSTS lets the resizer fetch from anybody, and whoever can sign has a proxy: name the hosts that have your pictures."
        : undefined,
  },
  {
    name: "the resizer is on or off",
    ask: ({ config }) =>
      (config.ROBOCROP_KEY === undefined) === (config.ROBOCROP_HOSTS.length === 0)
        ? undefined
        : "Of ROBOCROP_KEY and ROBOCROP_HOSTS one is set, so the resizer is off: set both, or neither.",
  },
];
