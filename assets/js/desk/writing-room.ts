import type { EditorView } from "@codemirror/view";
import type { Text } from "#lib/merge.ts";
import { make } from "../dom.ts";
import { readCopy } from "./browser-copy.ts";
import { createEditor, replaceText, setWritable } from "./code-mirror.ts";
import type { Finding } from "./findings.ts";
import { Keeper } from "./keeper.ts";
import { Lease } from "./lease.ts";
import { Meeting } from "./meeting.ts";
import { Notices, savedWords } from "./notices.ts";
import { chooseText, isSame, textOf, type Base, type Opening, type ServerCopy } from "./opening.ts";
import { countText } from "./outline.ts";
import { addPicture, pictures } from "./pictures.ts";
import { Preview } from "./preview.ts";
import { remarks, type Remark } from "./remarks.ts";
import { Requests } from "./requests.ts";
import { clock, helpDialog, partOf } from "./room.ts";
import { SaveDialog } from "./save-dialog.ts";
import { jump, writingAids, writingViews } from "./tools.ts";

interface Opened {
  newest: Base;
  copy: ServerCopy | null;
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
  readonly #notices: Notices;
  #meeting!: Meeting;
  #view!: EditorView;
  #keeper!: Keeper;

  static async open(host: HTMLElement): Promise<void> {
    const data = host.querySelector("#desk-text")?.textContent;
    const form = host.querySelector("form");
    if (!data || form === null) return;
    const opened: Opened = JSON.parse(data);
    await new WritingRoom(host, form).#begin(opened);
  }

  private constructor(host: HTMLElement, form: HTMLFormElement) {
    const entry = host.getAttribute("entry") ?? "";
    this.#host = host;
    this.#form = form;
    this.#notices = new Notices(host);
    this.#key = `${host.getAttribute("viewer") ?? ""}/${entry}`;
    this.#requests = new Requests(entry, host.getAttribute("csrf") ?? "");
    this.#lease = new Lease(this.#key);
    this.#fields = { title: field(form, "title"), summary: field(form, "summary"), source: field(form, "source") };
    const frame = make("iframe", { title: "Preview", sandbox: "allow-same-origin", tabindex: "0" });
    const status = make("p", { class: "writing-waits", role: "status", hidden: "" }, "The preview waits for the site.");
    partOf(this.#host, ".writing-preview").append(status, frame);
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
        told: (state) => this.#notices.tell(state),
        foreign: (other, base) => void this.#meeting.mergeForeign(other, base),
        heard: ({ newestNumber, others }) => this.#meeting.hear(newestNumber, others),
      },
      { text: textOf(newest), baseNumber, known, synced: opening.from === "site" ? text : null },
    );
    const writing = { keeper: this.#keeper, typed: () => this.#typed(), put: (now: Text) => this.#put(now) };
    this.#meeting = new Meeting(this.#host, writing, { requests: this.#requests, notices: this.#notices, newest });
    this.#lease.giveWay = async () => {
      await this.#keeper.release();
      this.#close();
    };
    this.#build(text);
    this.#layOut();
    if (!isWriter) return this.#close();
    if (opening.from === "version" && !isMerged) this.#notices.state(savedWords(newest));
    else await this.#restore(opening, browser?.changedAt ?? Date.parse(copy?.updatedAt ?? ""));
  }

  /** Goes on with what was typed before: merged with what came in between, and told. */
  async #restore({ text, baseNumber, from, foreign }: Opening, changedAt: number): Promise<void> {
    if (from === "site") this.#keeper.resume(text);
    else this.#keeper.change(text);
    if (foreign !== undefined) return await this.#meeting.mergeForeign(foreign.copy, foreign.base);
    if (baseNumber < this.#meeting.newest.number) return await this.#meeting.mergeNewest();
    if (isSame(text, this.#meeting.newest)) return this.#notices.state(savedWords(this.#meeting.newest));
    const discard = make("button", { type: "button", class: "button" }, "Go back to that version");
    const when = Number.isNaN(changedAt) ? "" : ` from ${clock(new Date(changedAt))}`;
    const notice = this.#notices.add(
      `You go on with what you typed${when}: it is not in version ${this.#meeting.newest.number} yet. `,
      discard,
    );
    discard.addEventListener("click", () => {
      notice.remove();
      // As a change like any other, so that it can be undone.
      this.#put(textOf(this.#meeting.newest));
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
      jump(this.#view, from);
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
    const aids = writingAids(this.#view, { requests: this.#requests, help: this.#help });
    partOf(this.#host, ".writing-tools").before(aids);
    partOf(this.#host, ".writing-preview").hidden = false;
    const panes = partOf(this.#host, ".writing-panes");
    partOf(this.#host, ".writing-bar").after(writingViews(panes, () => this.#preview.show(this.#typed(), 0)));
    partOf(this.#host, ".writing-text").append(this.#count);
    this.#host.append(this.#help);
    this.#host.dataset.ready = "";
    this.#measure();
    this.#preview.show(this.#typed(), 0);
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
    if (state === "accepted") await this.#meeting.mergeNewest();
    return undefined;
  }

  /** Saves a version; answers what hinders it, in a sentence. */
  async #save(note: string, name: string): Promise<string | undefined> {
    const text = this.#typed();
    await this.#keeper.flush();
    const body = { ...text, note, name, baseNumber: this.#keeper.baseNumber };
    const answer = await this.#requests.send<{ number?: number; message?: string } | null>("POST", "edit/", body);
    if (answer?.status === 409) {
      void this.#meeting.mergeNewest();
      return undefined;
    }
    const number = answer?.body?.number;
    if (answer?.status !== 200 || number === undefined) return hindrance(answer);
    this.#meeting.newest = { ...text, number, author: null, savedAt: new Date().toISOString() };
    await this.#keeper.settle(number, text);
    this.#notices.clear();
    this.#notices.state(savedWords(this.#meeting.newest));
    return undefined;
  }

  /** Another window writes: this one shows what it knows, and can take over. */
  #close(): void {
    setWritable(this.#view, false);
    this.#fields.title.readOnly = this.#fields.summary.readOnly = true;
    const take = make("button", { type: "button", class: "button" }, "Write here");
    take.addEventListener("click", () => void this.#lease.demand().then(() => location.reload()));
    this.#notices.clear();
    this.#notices.add("You are writing this text in another window. ", take);
    this.#notices.state("Open elsewhere");
    // The other may be closed by the time that somebody comes back to this one.
    addEventListener("focus", () => void this.#lease.take(1).then((isFree) => isFree && location.reload()));
  }
}

function field(form: HTMLFormElement, name: string): HTMLTextAreaElement {
  const found = form.querySelector<HTMLTextAreaElement>(`textarea[name="${name}"]`);
  if (found === null) throw new Error(`The form has no ${name}.`);
  return found;
}

function hindrance(answer: { status: number; body: { message?: string } | null } | undefined): string {
  if (answer === undefined)
    return "The site cannot be reached. What you typed is kept in this browser: save again later.";
  if ([0, 401, 403, 404].includes(answer.status))
    return "You are signed out. Sign in in another window, and save again: what you typed is kept.";
  return answer.body?.message ?? "The version was not saved. What you typed is kept.";
}
