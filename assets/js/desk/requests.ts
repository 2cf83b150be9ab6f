/** An answer of the site, or that there was none. */
export type Answer<T> = { status: number; body: T } | undefined;

/** Asks the site for what belongs to one entry, as the page's own script. */
export class Requests {
  #csrf: string;
  readonly #page: string;

  constructor(entry: string, csrf: string) {
    this.#csrf = csrf;
    this.#page = `/desk/${entry}/`;
  }

  /** Sends JSON, and JSON is answered. Undefined when nobody answers. */
  async send<T>(method: string, path: string, body: unknown, keepalive = false): Promise<Answer<T>> {
    const answer = await this.#ask(method, path, JSON.stringify(body), keepalive);
    if (answer?.status !== 403 || keepalive) return await read<T>(answer);
    // Who has signed out and in again meanwhile has another token: the page, asked once more, brings it.
    return (await this.#renew()) ? await read<T>(await this.#ask(method, path, JSON.stringify(body))) : read<T>(answer);
  }

  async get<T>(path: string): Promise<Answer<T>> {
    return await read<T>(await this.#ask("GET", path));
  }

  /** The page that a text would have. */
  async preview(body: unknown, signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.#ask("POST", "preview", JSON.stringify(body), false, signal);
    return answer?.ok === true ? await answer.text().catch(() => undefined) : undefined;
  }

  /** Sends a file, telling how much of it has left; answers what the site says of it. */
  upload(path: string, file: File, progress: (share: number) => void): Promise<Answer<unknown>> {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.setRequestHeader("x-csrf-token", this.#csrf);
    request.setRequestHeader("accept", "application/json");
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total === 0 ? 0 : loaded / total));
    const form = new FormData();
    form.append("picture", file, file.name || "picture.png");
    return new Promise((resolve) => {
      request.addEventListener("load", () => resolve({ status: request.status, body: request.response }));
      request.addEventListener("error", () => resolve(undefined));
      request.send(form);
    });
  }

  async #ask(
    method: string,
    path: string,
    body?: string,
    keepalive = false,
    signal?: AbortSignal,
  ): Promise<Response | undefined> {
    const headers = {
      accept: path === "preview" ? "text/html" : "application/json",
      ...(body !== undefined && { "content-type": "application/json", "x-csrf-token": this.#csrf }),
    };
    const url = path.startsWith("/") ? path : this.#page + path;
    // A redirect leads to the door, whose page is no answer.
    const how = { method, headers, keepalive, redirect: "manual", cache: "no-store" } as const;
    return await fetch(url, { ...how, ...(body !== undefined && { body }), ...(signal && { signal }) }).catch(
      () => undefined,
    );
  }

  async #renew(): Promise<boolean> {
    const page = await fetch(`${this.#page}edit/`, { redirect: "manual", cache: "no-store" }).catch(() => undefined);
    if (page?.ok !== true) return false;
    const html = new DOMParser().parseFromString(await page.text(), "text/html");
    const csrf = html.querySelector("desk-editor")?.getAttribute("csrf");
    if (!csrf) return false;
    this.#csrf = csrf;
    return true;
  }
}

async function read<T>(answer: Response | undefined): Promise<Answer<T>> {
  if (answer === undefined) return undefined;
  const text = await answer.text().catch(() => "");
  try {
    return { status: answer.status, body: JSON.parse(text) };
  } catch {
    // What is no JSON is a page that tells a person of a problem: the status says which.
    return { status: answer.status, body: JSON.parse("null") };
  }
}
