import { config } from "#config.ts";
import { log, onError, type LoggedError } from "#lib/log.ts";
import { saveErrors, type Counted } from "./errors/groups.ts";
import { occurrenceOf } from "./errors/occurrence.ts";
import { openSentry, type Sentry } from "./errors/sentry.ts";

const writeEvery = 1000;
/** Kinds of errors that are kept while they cannot be written: 5 MB at most. */
const room = 500;

export interface Collector {
  /** Writes what waits, now. Never rejects. */
  write: () => Promise<void>;
  /** Writes the rest and listens no more. */
  stop: () => Promise<void>;
}

/**
 * Counts what this process logs as an error, by kind, and writes it within a second or two, or when the database is back.
 * It slows nobody, and what it cannot write it says in a warning.
 */
export function collectErrors({
  sentry = openSentry(config.SENTRY_DSN),
}: { sentry?: Sentry | undefined } = {}): Collector {
  const waiting = new Map<string, Counted>();
  let writing: Promise<void> | undefined;
  let isFailing = false;

  const ignore = onError((logged) => {
    const counted = count(logged);
    if (counted === undefined) return;
    keep(counted);
    sentry?.send(counted);
  });
  const timer = setInterval(() => void write(), writeEvery).unref();

  function keep(counted: Counted): void {
    const known = waiting.get(counted.fingerprint);
    if (known === undefined && waiting.size >= room) return;
    const [older, newer] =
      known !== undefined && known.lastSeenAt > counted.lastSeenAt ? [counted, known] : [known, counted];
    waiting.set(counted.fingerprint, { ...newer, count: newer.count + (older?.count ?? 0) });
  }

  function write(): Promise<void> {
    writing ??= writeAll().finally(() => (writing = undefined));
    return writing;
  }

  async function writeAll(): Promise<void> {
    if (waiting.size === 0) return;
    const batch = [...waiting.values()];
    waiting.clear();
    try {
      await saveErrors(batch);
      isFailing = false;
    } catch (error) {
      for (const counted of batch) keep(counted);
      // A warning, as an error would come back here.
      if (!isFailing) log.warn({ error }, "errors cannot be counted just now, and are kept");
      isFailing = true;
    }
  }

  return {
    write,
    stop: async () => {
      ignore();
      clearInterval(timer);
      await writing;
      await write();
      await sentry?.close();
    },
  };
}

function count(logged: LoggedError): Counted | undefined {
  try {
    return { ...occurrenceOf(logged), count: 1, lastSeenAt: new Date() };
  } catch {
    // Nothing that is logged may break whoever logs it.
    return undefined;
  }
}
