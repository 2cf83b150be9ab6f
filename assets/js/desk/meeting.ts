import type { Text } from "#lib/merge.ts";
import { make } from "../dom.ts";
import type { Keeper } from "./keeper.ts";
import { mergeWithChoices } from "./merging.ts";
import type { Notices } from "./notices.ts";
import { textOf, type Base, type ServerCopy } from "./opening.ts";
import type { Requests } from "./requests.ts";
import { clock } from "./room.ts";

/** The text that is being written. */
export interface Writing {
  readonly keeper: Keeper;
  typed: () => Text;
  put: (text: Text) => void;
}

/** Puts what is being written together with what others have saved, or its writer on another device. */
export class Meeting {
  readonly #host: HTMLElement;
  readonly #requests: Requests;
  readonly #notices: Notices;
  readonly #room: Writing;
  /** The newest version that this browser knows. */
  newest: Base;
  #isMerging = false;

  constructor(host: HTMLElement, room: Writing, at: { requests: Requests; notices: Notices; newest: Base }) {
    this.#host = host;
    this.#room = room;
    this.#requests = at.requests;
    this.#notices = at.notices;
    this.newest = at.newest;
  }

  /** Somebody has saved a version since this work began: both are put together. */
  async mergeNewest(): Promise<void> {
    if (this.#isMerging) return;
    this.#isMerging = true;
    try {
      const before = this.#room.keeper.baseNumber;
      const answer = await this.#requests.get<{ newest: Base; base: Base } | null>(`working-copy?base=${before}`);
      if (answer?.status !== 200 || answer.body === null) return;
      const { newest, base } = answer.body;
      const whose = newest.author ?? "somebody";
      const made = await mergeWithChoices(this.#host, { mine: this.#room.typed(), base, theirs: newest, whose });
      this.newest = newest;
      this.#notices.clear();
      if (made === undefined) return this.#offerMerge(newest);
      this.#room.put(made.text);
      this.#room.keeper.rebase(made.text, newest.number);
      this.#notices.add(`Version ${newest.number} by ${whose} and your text are put together. Ctrl Z takes it back.`);
    } finally {
      this.#isMerging = false;
    }
  }

  #offerMerge(newest: Base): void {
    const merge = make("button", { type: "button", class: "button" }, "Put both together");
    merge.addEventListener("click", () => void this.mergeNewest());
    const when = newest.savedAt === null ? "" : ` at ${clock(new Date(newest.savedAt))}`;
    this.#notices.clear();
    this.#notices.add(`${newest.author ?? "Somebody"} has saved version ${newest.number}${when}. `, merge);
  }

  /** The same person has typed on another device: both are put together. */
  async mergeForeign(copy: ServerCopy, synced: Text | null): Promise<void> {
    const answer =
      synced === null
        ? await this.#requests.get<{ base: Base } | null>(`working-copy?base=${this.#room.keeper.baseNumber}`)
        : undefined;
    const base = synced ?? answer?.body?.base ?? textOf(this.newest);
    const whose = "another device of yours";
    const made = await mergeWithChoices(this.#host, { mine: this.#room.typed(), base, theirs: copy, whose });
    if (made === undefined) {
      const merge = make("button", { type: "button", class: "button" }, "Put both together");
      merge.addEventListener("click", () => void this.mergeForeign(copy, synced));
      return void this.#notices.add(
        "You have typed here and on another device. Until both are put together, this is kept in this browser alone. ",
        merge,
      );
    }
    this.#notices.clear();
    this.#room.put(made.text);
    this.#room.keeper.rebase(made.text, this.#room.keeper.baseNumber, [copy.sequence]);
    this.#notices.add("What you typed here and on another device is put together. Ctrl Z takes it back.");
  }

  /** What the site says of others: who is at it as well, and which version is the newest. */
  hear(newestNumber: number, others: readonly { name: string; at: string }[]): void {
    const words = others.map(
      ({ name, at }) => `${name} is working on this text as well: last word ${clock(new Date(at))}.`,
    );
    this.#notices.others(words.join(" "));
    if (newestNumber <= this.#room.keeper.baseNumber || newestNumber <= this.newest.number) return;
    void this.#meetNewest();
  }

  async #meetNewest(): Promise<void> {
    const answer = await this.#requests.get<{ newest: Base } | null>("working-copy");
    if (!answer?.body) return;
    this.newest = answer.body.newest;
    this.#offerMerge(this.newest);
  }
}
