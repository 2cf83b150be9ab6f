import type { Text } from "#lib/merge.ts";
import { deleteCopy, writeCopy } from "./browser-copy.ts";
import { isSame, type ServerCopy } from "./opening.ts";
import type { Requests } from "./requests.ts";

/** How what was typed is kept. */
export type KeptState = "saved" | "saving" | "offline" | "signed-out" | "refused" | "lost";

export interface Watcher {
  told: (state: KeptState) => void;
  /** Another device of the same person has kept something else. */
  foreign: (copy: ServerCopy, base: Text | null) => void;
  /** What the site tells with each answer. */
  heard: (news: { newestNumber: number; others: { name: string; at: string }[] }) => void;
}

/** What is typed is kept in this browser after so long … */
const browserMs = 200;
/** … and by the site after so long. */
const siteMs = 2000;
const retryMs = [2000, 5000, 10_000, 20_000, 30_000];
// Browsers let a page that is left send no more than this.
const keepaliveBytes = 60_000;

interface Kept {
  other?: ServerCopy;
  newestNumber: number;
  others: { name: string; at: string }[];
}

/** Keeps what is typed: first in this browser, then by the site; again and again until it has been told that it is kept. */
export class Keeper {
  baseNumber: number;
  readonly #key: string;
  readonly #requests: Requests;
  readonly #watcher: Watcher;
  #text: Text;
  #synced: Text | null;
  #known: number[];
  #isKept = true;
  #failures = 0;
  #browserTimer: ReturnType<typeof setTimeout> | undefined;
  #siteTimer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;
  #isPaused = false;
  #stored = true;

  constructor(
    key: string,
    requests: Requests,
    watcher: Watcher,
    begin: { text: Text; baseNumber: number; known: readonly number[]; synced: Text | null },
  ) {
    this.#key = key;
    this.#requests = requests;
    this.#watcher = watcher;
    this.baseNumber = begin.baseNumber;
    this.#text = begin.text;
    this.#known = [...begin.known];
    this.#synced = begin.synced;
    addEventListener("online", () => this.#sendSoon(0));
    addEventListener("blur", () => void this.flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.leave();
    });
    addEventListener("pagehide", () => this.leave());
  }

  get text(): Text {
    return this.#text;
  }

  /** Whether the site, or at least this browser, has not all of it yet. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** Whether nobody has it: the site cannot be reached, and this browser keeps nothing. */
  get isLost(): boolean {
    return !this.#isKept && !this.#stored;
  }

  /** Goes on with a text that the site has already. */
  resume(text: Text): void {
    this.#text = text;
    this.#watcher.told("saved");
  }

  /** The text is now this. */
  change(text: Text): void {
    if (isSame(text, this.#text)) return;
    this.#text = text;
    this.#isKept = false;
    this.#browserTimer ??= setTimeout(() => void this.#write(), browserMs);
    this.#siteTimer ??= setTimeout(() => this.#send(), siteMs);
  }

  /** What the work is based on has changed: both were merged. */
  rebase(text: Text, baseNumber: number, known: readonly number[] = []): void {
    this.baseNumber = baseNumber;
    this.#known.push(...known);
    this.#isPaused = false;
    this.#text = text;
    this.#isKept = false;
    void this.flush();
  }

  /** Keeps all of it now, as far as that can be done. */
  async flush(): Promise<void> {
    if (this.#isKept) return;
    await this.#write();
    await this.#sending;
    if (!this.#isKept) await this.#send();
  }

  /** The page is left, maybe for good: nothing can be waited for. */
  leave(): void {
    if (this.#isKept) return;
    if (this.#isPaused) return void this.#write();
    const body = this.#next();
    void this.#write();
    if (new TextEncoder().encode(JSON.stringify(body)).length > keepaliveBytes) return;
    void this.#requests.send("PUT", "working-copy", body, true);
  }

  /** What was typed is a version now, of this number. */
  async settle(number: number, saved: Text): Promise<void> {
    this.baseNumber = number;
    this.#known = [];
    this.#synced = null;
    if (!isSame(saved, this.#text)) return await this.flush();
    this.#forget();
    this.#watcher.told("saved");
    await deleteCopy(this.#key);
  }

  /** Stops, for good: another window goes on. */
  async release(): Promise<void> {
    await this.flush();
    this.#isPaused = true;
  }

  #forget(): void {
    clearTimeout(this.#browserTimer);
    clearTimeout(this.#siteTimer);
    this.#browserTimer = this.#siteTimer = undefined;
    this.#isKept = true;
  }

  async #write(): Promise<void> {
    clearTimeout(this.#browserTimer);
    this.#browserTimer = undefined;
    this.#stored = await writeCopy({
      ...this.#text,
      key: this.#key,
      baseNumber: this.baseNumber,
      known: this.#known,
      isKept: this.#isKept,
      synced: this.#synced,
      changedAt: Date.now(),
    });
  }

  #sendSoon(ms: number): void {
    if (this.#isKept) return;
    clearTimeout(this.#siteTimer);
    this.#siteTimer = setTimeout(() => this.#send(), ms);
  }

  #send(): Promise<void> {
    clearTimeout(this.#siteTimer);
    this.#siteTimer = undefined;
    this.#sending ??= this.#sendNow().finally(() => (this.#sending = undefined));
    return this.#sending;
  }

  async #sendNow(): Promise<void> {
    if (this.#isPaused || this.#isKept) return;
    const text = this.#text;
    const body = this.#next();
    // Written first: an editor that is opened after an end in between knows that the site may have it.
    await this.#write();
    if (this.#failures === 0) this.#watcher.told("saving");
    const answer = await this.#requests.send<Kept | null>("PUT", "working-copy", body);
    if (answer?.status === 409 && answer.body?.other) {
      this.#isPaused = true;
      return this.#watcher.foreign(answer.body.other, this.#synced);
    }
    if (answer?.status !== 200 || answer.body === null) return this.#fail(answer?.status);
    this.#failures = 0;
    this.#known = [body.sequence];
    this.#synced = text;
    this.#isKept = isSame(text, this.#text);
    await this.#write();
    this.#watcher.heard(answer.body);
    if (this.#isKept) this.#watcher.told("saved");
    else this.#sendSoon(siteMs);
  }

  #next() {
    const after = this.#known.slice(-40);
    const sequence = nextSequence();
    this.#known.push(sequence);
    return { ...this.#text, baseNumber: this.baseNumber, sequence, after };
  }

  #fail(status = 0): void {
    const state =
      status === 401 || status === 403 || status === 404 ? "signed-out" : status === 422 ? "refused" : "offline";
    this.#watcher.told(this.#stored ? state : "lost");
    this.#sendSoon(retryMs[this.#failures] ?? 30_000);
    this.#failures = Math.min(this.#failures + 1, retryMs.length);
  }
}

let last = 0;
/** No two are alike, also of two devices. */
function nextSequence(): number {
  last = Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
  return last;
}
