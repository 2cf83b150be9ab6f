/** Compared by identity alone. */
export type Version = string | number;

/** The one rendering of a page that several readers wait for. */
export interface Flight<Outcome> {
  key: string;
  /** The content version from before it began. */
  version: Version;
  settle: (outcome: Outcome) => void;
}

/**
 * Lets one of those who ask for the same key and version at the same time do the work, and the others wait for its
 * outcome. Work that has not settled after `limitMs` settles as `late`, so that nobody waits for ever.
 */
export function createFlights<Outcome>({ limitMs, late }: { limitMs: number; late: Outcome }) {
  const flights = new Map<string, { version: Version; outcome: Promise<Outcome> }>();

  /** A flight for whoever comes first, its outcome for the others. */
  return function join(key: string, version: Version): Flight<Outcome> | Promise<Outcome> {
    const current = flights.get(key);
    if (current?.version === version) return current.outcome;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const flight = { version, outcome: promise };
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      if (flights.get(key) === flight) flights.delete(key);
      resolve(outcome);
    };
    const timer = setTimeout(() => settle(late), limitMs);
    flights.set(key, flight);
    return { key, version, settle };
  };
}
