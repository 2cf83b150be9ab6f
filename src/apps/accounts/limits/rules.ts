import { limit, type Limit } from "#lib/limits.ts";
import { watchedLimit } from "#lib/limits/watched.ts";

const [quarter, hour, day] = [900, 3600, 86_400];

/** A limit beyond which work is asked for, and one beyond which there is only waiting. */
export interface Pair {
  work: Limit;
  wait: Limit;
}

/**
 * Wrong passwords. A class that signs in behind one address mistypes less than this. 100 a day for an account are what
 * NIST SP 800-63B-4, 3.2.2, lets somebody guess.
 */
export const guesses = {
  address: pair("passwords by address", "address", {
    work: [30, quarter],
    wait: [150, quarter],
    because: "There were too many wrong passwords from your connection.",
  }),
  network: pair("passwords by network", "network", {
    work: [150, quarter],
    wait: [600, quarter],
    because: "There were too many wrong passwords from your network.",
  }),
  account: pair("passwords by account", "account", {
    work: [10, quarter],
    wait: [100, day],
    because: "There were too many wrong passwords for this account. You can still have a link sent to its address.",
  }),
  device: limit("passwords by device", { points: 10, perSeconds: quarter, by: "account", because: "" }),
};

/**
 * Mails that are asked for, whatever is in them. A school may register in one lesson. What an address gets is bounded by the
 * hour: whoever asks for mail to keep its owner out sends the owner links all the while.
 */
export const letters = {
  address: pair("mails by address", "address", {
    work: [20, hour],
    wait: [600, hour],
    because: "Too many mails were asked for from your connection.",
  }),
  network: pair("mails by network", "network", {
    work: [200, hour],
    wait: [2000, hour],
    because: "Too many mails were asked for from your network.",
  }),
  account: pair("mails by account", "account", {
    work: [5, hour],
    wait: [12, hour],
    because: "Too many mails were asked for to this address.",
  }),
  device: limit("mails by device", { points: 5, perSeconds: hour, by: "account", because: "" }),
};

/** Wrong codes of a second factor, and recovery codes. Whoever types one has shown something else already. */
export const factors = {
  device: limit("second factors by device", { points: 10, perSeconds: quarter, by: "account", because: "" }),
  short: limit("second factors by account", {
    points: 10,
    perSeconds: quarter,
    by: "account",
    because: "There were too many wrong codes for this account.",
  }),
  long: limit("second factors by account and day", {
    points: 50,
    perSeconds: day,
    by: "account",
    because: "There were too many wrong codes for this account.",
  }),
};

/** Wrong codes from mails: each is dead after five, so these are for who asks for many. */
export const codes = {
  address: limit("codes by address", {
    points: 100,
    perSeconds: quarter,
    by: "address",
    because: "There were too many wrong codes from your connection.",
  }),
  network: limit("codes by network", {
    points: 400,
    perSeconds: quarter,
    by: "network",
    because: "There were too many wrong codes from your network.",
  }),
};

/** Sign-ins begun with a passkey or elsewhere, which cost us something and cannot be guessed. */
export const beginnings = watchedLimit("sign-ins by address", {
  points: 1000,
  perSeconds: quarter,
  by: "address",
  because: "Too many sign-ins were begun from your connection.",
});

function pair(
  name: string,
  by: "address" | "network" | "account",
  rule: { work: [points: number, perSeconds: number]; wait: [points: number, perSeconds: number]; because: string },
): Pair {
  const of = ([points, perSeconds]: [number, number]) => ({ points, perSeconds, by, because: rule.because });
  return { work: limit(`${name}, work`, of(rule.work)), wait: limit(name, of(rule.wait)) };
}
