/**
 * Sees to it that one window of a browser writes at a text: the others read, until the writer is closed or gives way. Where
 * a browser has no locks every window writes, and the site tells their copies apart.
 */
export class Lease {
  readonly #name: string;
  readonly #channel: BroadcastChannel;
  #release: (() => void) | undefined;
  /** Keeps everything, and stops writing: another window goes on. */
  giveWay: () => Promise<void> = async () => undefined;

  constructor(key: string) {
    this.#name = `lectern-desk-${key}`;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.addEventListener("message", ({ data }) => {
      if (data === "give way" && this.#release !== undefined) void this.#yield();
    });
  }

  /** Whether this window may write. A page that is loaded anew waits a moment for itself to be gone. */
  async take(tries = 5): Promise<boolean> {
    if (!("locks" in navigator)) return true;
    for (let left = tries; left > 0; left -= 1) {
      if (await this.#try()) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  /** Asks the window that writes to stop. It is waited for, as it keeps what was typed first; but not for ever. */
  async demand(): Promise<void> {
    const gone = new Promise<void>((resolve) => {
      this.#channel.addEventListener("message", ({ data }) => {
        if (data === "gave way") resolve();
      });
      setTimeout(resolve, 3000);
    });
    this.#say("give way");
    await gone;
    if (!(await this.#try())) await this.#try({ steal: true });
  }

  #try(how: LockOptions = { ifAvailable: true }): Promise<boolean> {
    return new Promise((resolve) => {
      navigator.locks
        .request(this.#name, how, async (lock) => {
          resolve(lock !== null);
          if (lock !== null) await new Promise<void>((release) => (this.#release = release));
        })
        // The lock was taken away: by a window that has waited for long enough.
        .catch(() => void this.giveWay());
    });
  }

  async #yield(): Promise<void> {
    await this.giveWay();
    this.#release?.();
    this.#release = undefined;
    this.#say("gave way");
  }

  #say(words: "give way" | "gave way"): void {
    // A channel has no other origin to be told.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#channel.postMessage(words);
  }
}
