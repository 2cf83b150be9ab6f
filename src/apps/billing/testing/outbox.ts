/** A notification as a provider sends it. */
export interface Told {
  body: string;
  headers: Record<string, string>;
}

/** How badly notifications are delivered. */
export interface Chaos {
  /** How often each is sent. */
  times?: number;
  /** Numbers from 0 to 1 by which they are shuffled; in order without it. */
  shuffle?: () => number;
  /** The share that never arrives. */
  lost?: number;
}

export interface Outbox {
  /** Events that happened and were not sent yet. */
  waiting: string[];
  add: (event: object) => void;
  /** Sends what waits, signed at the moment it is sent, one after the other; answers how many arrived. */
  deliver: (to: (told: Told) => Promise<unknown>, chaos?: Chaos) => Promise<number>;
}

/** Where a stand-in for a provider keeps what it has to tell. */
export function openOutbox(sign: (body: string) => Record<string, string>): Outbox {
  const waiting: string[] = [];
  return {
    waiting,
    add: (event) => void waiting.push(JSON.stringify(event)),
    async deliver(to, { times = 1, shuffle, lost = 0 } = {}) {
      const sent = waiting.splice(0).flatMap((body) => Array.from({ length: times }, () => body));
      const order = shuffle === undefined ? sent : shuffled(sent, shuffle);
      const arriving = order.filter(() => lost === 0 || (shuffle ?? Math.random)() >= lost);
      for (const body of arriving) await to({ body, headers: sign(body) });
      return arriving.length;
    },
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
