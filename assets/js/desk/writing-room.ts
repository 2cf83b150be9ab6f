import { openSearchPanel } from "@codemirror/search";
import type { EditorView } from "@codemirror/view";
import type { Text } from "#lib/merge.ts";
import { make } from "../dom.ts";
import { readCopy } from "./browser-copy.ts";
import { createEditor, insertBlock, replaceText, setWritable } from "./code-mirror.ts";
import type { Finding } from "./findings.ts";
import { Keeper, type KeptState } from "./keeper.ts";
import { Lease } from "./lease.ts";
import { mergeWithChoices } from "./merging.ts";
import { chooseText, isSame, textOf, type Base, type Opening, type ServerCopy } from "./opening.ts";
import { countText, headingsOf } from "./outline.ts";
import { addPicture, pictures } from "./pictures.ts";
import { Preview } from "./preview.ts";
import { remarks, type Remark } from "./remarks.ts";
import { Requests } from "./requests.ts";
import { clock, helpDialog, menu, menuItem } from "./room.ts";
import { SaveDialog } from "./save-dialog.ts";
import { snippets } from "./snippets.ts";

interface Opened {
  newest: Base;
  copy: ServerCopy | null;
  others: { name: string; at: string }[];
}

/** Where a text is written: it ties the editor, what keeps the text, the preview and the controls together. */
export class WritingRoom {
  readonly #host: HTMLElement;
  readonly #requests: Requests;
  readonly #lease: Lease;
  readonly #key: string;
  readonly #form: HTMLFormElement;
  readonly #fields: Record<keyof Text, HTMLTextAreaElement>;
  readonly #preview: Preview;
  readonly #saving: SaveDialog;
  readonly #help = helpDialog();
  readonly #count = make("p", { class: "writing-count" });
  #newest: Base;
  #view!: EditorView;
  #keeper!: Keeper;
  #isMerging = false;

  static async open(host: HTMLElement): Promise<void> {
    const data = host.querySelector("#desk-text")?.textContent;
    const form = host.querySelector("form");
    if (!data || form === null) return;
    const opened: Opened = JSON.parse(data);
    await new WritingRoom(host, form, opened).#begin(opened);
  }

  private constructor(host: HTMLElement, form: HTMLFormElement, { newest }: Opened) {
    const entry = host.getAttribute("entry") ?? "";
    this.#host = host;
    this.#form = form;
    this.#newest = newest;
    this.#key = `${host.getAttribute("viewer") ?? ""}/${entry}`;
    this.#requests = new Requests(entry, host.getAttribute("csrf") ?? "");
    this.#lease = new Lease(this.#key);
    this.#fields = { title: field(form, "title"), summary: field(form, "summary"), source: field(form, "source") };
    const frame = make("iframe", { title: "Preview", sandbox: "allow-same-origin", tabindex: "0" });
    const status = make("p", { class: "writing-waits", role: "status", hidden: "" }, "The preview waits for the site.");
    this.#part(".writing-preview").append(status, frame);
    this.#preview = new Preview(frame, status, this.#requests);
    this.#saving = new SaveDialog(form, (note, name) => this.#save(note, name));
  }

  async #begin({ newest, copy }: Opened): Promise<void> {
    // What a form was refused with is what its writer wants to go on with.
    const isMerged = this.#host.dataset.merged !== undefined;
    const [isWriter, browser] = [await this.#lease.take(), isMerged ? undefined : await readCopy(this.#key)];
    const opening: Opening = isMerged
      ? { text: this.#typed(), baseNumber: newest.number, known: copy ? [copy.sequence] : [], from: "version" }
      : chooseText(newest, copy, browser);
    const { text, baseNumber, known } = opening;
    this.#keeper = new Keeper(
      this.#key,
      this.#requests,
      {
        told: (state) => this.#tell(state),
        foreign: (other, base) => void this.#mergeForeign(other, base),
        heard: ({ newestNumber, others }) => this.#hear(newestNumber, others),
      },
      { text: textOf(newest), baseNumber, known, synced: opening.from === "site" ? text : null },
    );
    this.#lease.giveWay = async () => {
      await this.#keeper.release();
      this.#close();
    };
    this.#build(text);
    this.#layOut();
    if (!isWriter) return this.#close();
    if (opening.from === "version" && !isMerged) this.#state(savedWords(newest));
    else await this.#restore(opening, browser?.changedAt ?? Date.parse(copy?.updatedAt ?? ""));
  }

  /** Goes on with what was typed before: merged with what came in between, and told. */
  async #restore({ text, baseNumber, from, foreign }: Opening, changedAt: number): Promise<void> {
    if (from === "site") this.#keeper.resume(text);
    else this.#keeper.change(text);
    if (foreign !== undefined) return await this.#mergeForeign(foreign.copy, foreign.base);
    if (baseNumber < this.#newest.number) return await this.#mergeNewest();
    if (isSame(text, this.#newest)) return this.#state(savedWords(this.#newest));
    const discard = make("button", { type: "button", class: "button" }, "Go back to that version");
    const when = Number.isNaN(changedAt) ? "" : ` from ${clock(new Date(changedAt))}`;
    const notice = this.#notice(
      `You go on with what you typed${when}: it is not in version ${this.#newest.number} yet. `,
      discard,
    );
    discard.addEventListener("click", () => {
      notice.remove();
      // As a change like any other, so that it can be undone.
      this.#put(textOf(this.#newest));
    });
  }

  #build(text: Text): void {
    const { title, summary, source } = this.#fields;
    title.value = text.title;
    summary.value = text.summary;
    source.value = text.source;
    for (const each of [title, summary]) {
      each.addEventListener("input", () => this.#changed());
      each.addEventListener("keydown", (event) => {
        // They are lines that wrap, not paragraphs.
        if (event.key !== "Enter") return;
        event.preventDefault();
        if (each === title) summary.focus();
        else this.#view.focus();
      });
    }
    const label = source.labels?.[0]?.textContent ?? "Text";
    const host = make("div", { class: "writing-source" });
    source.after(host);
    source.hidden = true;
    source.labels?.[0]?.setAttribute("hidden", "");
    const list: Remark[] = JSON.parse(this.#host.dataset.remarks ?? "[]");
    this.#view = createEditor({
      host,
      doc: text.source,
      label,
      changed: () => this.#changed(),
      moved: () => this.#follow(),
      findings: (now) => this.#findings(now),
      files: (files, at) => {
        for (const file of files) void addPicture(this.#view, this.#requests, file, at);
      },
      save: () => this.#saving.open(),
      help: () => this.#help.showModal(),
      more: [pictures(), list.length === 0 ? [] : remarks(list, (id, state) => this.#settle(id, state))],
    });
    this.#view.scrollDOM.addEventListener("scroll", () => this.#follow(), { passive: true });
    this.#preview.pressed = (line) => {
      const { from } = this.#view.state.doc.line(Math.min(line, this.#view.state.doc.lines));
      this.#jump(from);
    };
    this.#form.addEventListener("submit", (event) => {
      const isPreview = event.submitter?.hasAttribute("formaction") === true;
      source.value = this.#view.state.doc.toString();
      if (isPreview) return;
      event.preventDefault();
      this.#saving.open();
    });
    addEventListener("keydown", (event) => {
      const isTyping = event.target instanceof Element && event.target.closest("input, textarea") !== null;
      if (event.key === "F1" || (event.key === "?" && !isTyping)) {
        event.preventDefault();
        if (!this.#help.open) this.#help.showModal();
      }
      if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
        event.preventDefault();
        this.#saving.open();
      }
    });
    addEventListener("beforeunload", (event) => {
      if (!this.#keeper.isKept) void this.#keeper.flush();
      if (this.#keeper.isLost) event.preventDefault();
    });
  }

  #layOut(): void {
    const insert = menu("Insert", () =>
      snippets.map(({ name, about, template }) => menuItem(name, about, () => insertBlock(this.#view, template))),
    );
    const contents = menu("Contents", () => {
      const headings = headingsOf(this.#view.state);
      if (headings.length === 0) return [make("p", {}, "There are no headings yet: begin a line with ##.")];
      return headings.map(({ level, text, at }) => {
        const item = menuItem(text, "", () => this.#jump(at));
        item.dataset.level = String(Math.min(level, 4));
        return item;
      });
    });
    const find = tool("Find", () => this.#find());
    const picture = make("input", {
      type: "file",
      accept: "image/*",
      multiple: "",
      hidden: "",
      "aria-label": "Pictures",
    });
    picture.addEventListener("change", () => {
      const at = this.#view.state.selection.main.from;
      for (const file of picture.files ?? []) void addPicture(this.#view, this.#requests, file, at);
      picture.value = "";
    });
    const help = tool("Keys", () => this.#help.showModal());
    this.#part(".writing-tools").before(
      make(
        "div",
        { class: "writing-aids" },
        insert,
        tool("Picture", () => picture.click()),
        picture,
        contents,
        find,
        help,
      ),
    );
    this.#part(".writing-preview").hidden = false;
    this.#part(".writing-bar").after(this.#views());
    this.#part(".writing-text").append(this.#count);
    this.#host.append(this.#help);
    this.#host.dataset.ready = "";
    this.#measure();
    this.#preview.show(this.#typed(), 0);
  }

  /** On a narrow window one of both is shown. */
  #views(): HTMLElement {
    const panes = this.#part(".writing-panes");
    const names = { write: "Write", preview: "Preview" } as const;
    const buttons = Object.entries(names).map(([name, words]) => {
      const button = make("button", { type: "button", "aria-pressed": String(name === "write") }, words);
      button.addEventListener("click", () => {
        panes.dataset.view = name;
        for (const each of buttons) each.setAttribute("aria-pressed", String(each === button));
        if (name === "preview") this.#preview.show(this.#typed(), 0);
      });
      return button;
    });
    panes.dataset.view = "write";
    return make("div", { class: "writing-views", role: "group", "aria-label": "View" }, ...buttons);
  }

  #changed(): void {
    const text = this.#typed();
    this.#keeper.change(text);
    this.#preview.show(text);
    this.#measure();
  }

  #typed(): Text {
    const { title, summary, source } = this.#fields;
    const now = this.#view === undefined ? source.value : this.#view.state.doc.toString();
    return { title: title.value, summary: summary.value, source: now };
  }

  #put({ title, summary, source }: Text): void {
    this.#fields.title.value = title;
    this.#fields.summary.value = summary;
    replaceText(this.#view, source);
    this.#changed();
  }

  #measure(): void {
    const { words, minutes } = countText(this.#view.state.doc.toString());
    this.#count.textContent = `${words.toLocaleString("en")} ${words === 1 ? "word" : "words"} · ${minutes} min`;
  }

  #follow(): void {
    const { scrollDOM } = this.#view;
    // Above the first line of the text stands the head of the page.
    if (scrollDOM.scrollTop < 4) return this.#preview.scrollTo(0);
    const top = this.#view.lineBlockAtHeight(scrollDOM.getBoundingClientRect().top - this.#view.documentTop);
    this.#preview.scrollTo(this.#view.state.doc.lineAt(top.from).number);
  }

  #jump(at: number): void {
    this.#view.dispatch({ selection: { anchor: at }, scrollIntoView: true });
    this.#view.focus();
  }

  #find(): void {
    this.#view.focus();
    openSearchPanel(this.#view);
  }

  async #findings(source: string): Promise<readonly Finding[]> {
    const { title, summary } = this.#typed();
    const answer = await this.#requests.send<{ findings?: Finding[] } | null>("POST", "findings", {
      title,
      summary,
      source,
    });
    return answer?.status === 200 ? (answer.body?.findings ?? []) : [];
  }

  async #settle(id: number, state: string): Promise<string | undefined> {
    await this.#keeper.flush();
    const answer = await this.#requests.send<{ problem?: string } | null>("PATCH", `/desk/remarks/${id}/`, { state });
    if (answer === undefined || answer.status !== 200) return answer?.body?.problem ?? "This was not saved: try again.";
    // What is accepted is a version by now: it is put together with what is being written.
    if (state === "accepted") await this.#mergeNewest();
    return undefined;
  }

  /** Saves a version; answers what hinders it, in a sentence. */
  async #save(note: string, name: string): Promise<string | undefined> {
    const text = this.#typed();
    await this.#keeper.flush();
    const body = { ...text, note, name, baseNumber: this.#keeper.baseNumber };
    const answer = await this.#requests.send<{ number?: number; message?: string } | null>("POST", "edit/", body);
    if (answer?.status === 409) {
      void this.#mergeNewest();
      return undefined;
    }
    const number = answer?.body?.number;
    if (answer?.status !== 200 || number === undefined) return hindrance(answer);
    this.#newest = { ...text, number, author: null, savedAt: new Date().toISOString() };
    await this.#keeper.settle(number, text);
    this.#notices();
    this.#state(savedWords(this.#newest));
    return undefined;
  }

  /** Somebody has saved a version since this work began: both are put together. */
  async #mergeNewest(): Promise<void> {
    if (this.#isMerging) return;
    this.#isMerging = true;
    try {
      const before = this.#keeper.baseNumber;
      const answer = await this.#requests.get<{ newest: Base; base: Base } | null>(`working-copy?base=${before}`);
      if (answer?.status !== 200 || answer.body === null) return;
      const { newest, base } = answer.body;
      const whose = newest.author ?? "somebody";
      const made = await mergeWithChoices(this.#host, { mine: this.#typed(), base, theirs: newest, whose });
      this.#newest = newest;
      this.#notices();
      if (made === undefined) return this.#offerMerge(newest);
      this.#put(made.text);
      this.#keeper.rebase(made.text, newest.number);
      this.#notice(`Version ${newest.number} by ${whose} and your text are put together. Ctrl Z takes it back.`);
    } finally {
      this.#isMerging = false;
    }
  }

  #offerMerge(newest: Base): void {
    const merge = make("button", { type: "button", class: "button" }, "Put both together");
    merge.addEventListener("click", () => void this.#mergeNewest());
    const when = newest.savedAt === null ? "" : ` at ${clock(new Date(newest.savedAt))}`;
    this.#notices();
    this.#notice(`${newest.author ?? "Somebody"} has saved version ${newest.number}${when}. `, merge);
  }

  /** The same person has typed on another device: both are put together. */
  async #mergeForeign(copy: ServerCopy, synced: Text | null): Promise<void> {
    const answer =
      synced === null
        ? await this.#requests.get<{ base: Base } | null>(`working-copy?base=${this.#keeper.baseNumber}`)
        : undefined;
    const base = synced ?? answer?.body?.base ?? textOf(this.#newest);
    const whose = "another device of yours";
    const made = await mergeWithChoices(this.#host, { mine: this.#typed(), base, theirs: copy, whose });
    if (made === undefined) {
      const merge = make("button", { type: "button", class: "button" }, "Put both together");
      merge.addEventListener("click", () => void this.#mergeForeign(copy, synced));
      return void this.#notice(
        "You have typed here and on another device. Until both are put together, this is kept in this browser alone. ",
        merge,
      );
    }
    this.#notices();
    this.#put(made.text);
    this.#keeper.rebase(made.text, this.#keeper.baseNumber, [copy.sequence]);
    this.#notice("What you typed here and on another device is put together. Ctrl Z takes it back.");
  }

  #hear(newestNumber: number, others: Opened["others"]): void {
    const words = others.map(
      ({ name, at }) => `${name} is working on this text as well: last word ${clock(new Date(at))}.`,
    );
    const shown = this.#part(".writing-others");
    if (shown.textContent !== words.join(" ")) shown.textContent = words.join(" ");
    if (newestNumber <= this.#keeper.baseNumber || newestNumber <= this.#newest.number) return;
    void this.#meetNewest();
  }

  async #meetNewest(): Promise<void> {
    const answer = await this.#requests.get<{ newest: Base } | null>("working-copy");
    if (!answer?.body) return;
    this.#newest = answer.body.newest;
    this.#offerMerge(this.#newest);
  }

  /** Another window writes: this one shows what it knows, and can take over. */
  #close(): void {
    setWritable(this.#view, false);
    this.#fields.title.readOnly = this.#fields.summary.readOnly = true;
    const take = make("button", { type: "button", class: "button" }, "Write here");
    take.addEventListener("click", () => void this.#lease.demand().then(() => location.reload()));
    this.#notices();
    this.#notice("You are writing this text in another window. ", take);
    this.#state("Open elsewhere");
    // The other may be closed by the time that somebody comes back to this one.
    addEventListener("focus", () => void this.#lease.take(1).then((isFree) => isFree && location.reload()));
  }

  #tell(state: KeptState): void {
    const words: Record<KeptState, string> = {
      saved: `Saved ${clock(new Date())}`,
      saving: "Saving…",
      offline: "Offline: kept in this browser",
      "signed-out": "Signed out: kept in this browser",
      refused: "Too long to be saved: kept in this browser",
      lost: "Not saved: copy your text before you leave",
    };
    this.#state(words[state], state);
  }

  #state(words: string, state: KeptState = "saved"): void {
    const shown = this.#part(".writing-state");
    shown.dataset.state = state;
    if (shown.textContent !== words) shown.textContent = words;
  }

  #notice(...words: (string | Node)[]): HTMLElement {
    const close = make("button", { type: "button", class: "writing-close", "aria-label": "Close" }, "×");
    const notice = make("div", { class: "writing-notice", role: "status" }, make("p", {}, ...words), close);
    close.addEventListener("click", () => notice.remove());
    this.#part(".writing-notices").append(notice);
    return notice;
  }

  #notices(): void {
    for (const notice of this.#host.querySelectorAll(".writing-notice, .writing-notices > .notice")) notice.remove();
  }

  #part(selector: string): HTMLElement {
    const part = this.#host.querySelector<HTMLElement>(selector);
    if (part === null) throw new Error(`There is no ${selector} in the writing room.`);
    return part;
  }
}

function field(form: HTMLFormElement, name: string): HTMLTextAreaElement {
  const found = form.querySelector<HTMLTextAreaElement>(`textarea[name="${name}"]`);
  if (found === null) throw new Error(`The form has no ${name}.`);
  return found;
}

function tool(words: string, act: () => void): HTMLElement {
  const button = make("button", { type: "button", class: "writing-tool" }, words);
  button.addEventListener("click", act);
  return button;
}

function savedWords({ number, savedAt }: Base): string {
  if (number === 0) return "Nothing saved yet";
  return `Version ${number}${savedAt === null ? "" : `, ${clock(new Date(savedAt))}`}`;
}

function hindrance(answer: { status: number; body: { message?: string } | null } | undefined): string {
  if (answer === undefined)
    return "The site cannot be reached. What you typed is kept in this browser: save again later.";
  if ([0, 401, 403, 404].includes(answer.status))
    return "You are signed out. Sign in in another window, and save again: what you typed is kept.";
  return answer.body?.message ?? "The version was not saved. What you typed is kept.";
}
