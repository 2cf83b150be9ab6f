// What of Paddle.js is used: https://developer.paddle.com/paddle-js/methods/paddle-checkout-open
interface PaddleJs {
  Environment: { set: (environment: "sandbox") => void };
  Initialize: (options: { token: string; eventCallback: (event: { name?: string }) => void }) => void;
  Checkout: {
    open: (options: {
      transactionId: string;
      customer?: { email: string };
      settings: { displayMode: "overlay"; theme: "light" | "dark"; successUrl: string; allowLogout: boolean };
    }) => void;
  };
}

declare global {
  interface Window {
    Paddle?: PaddleJs;
  }
}

const source = "https://cdn.paddle.com/paddle/v2/paddle.js";

/** Loads Paddle.js, opens the overlay for a transaction, and offers to open it again once it was closed. */
class PaddleCheckout extends HTMLElement {
  connectedCallback(): void {
    const script = document.createElement("script");
    script.src = source;
    script.addEventListener("load", () => this.#begin());
    script.addEventListener("error", () => this.#say("failed"));
    document.head.append(script);
  }

  #begin(): void {
    const { Paddle } = window;
    const { token = "", environment, transaction = "" } = this.dataset;
    if (Paddle === undefined) return this.#say("failed");
    if (environment === "sandbox") Paddle.Environment.set("sandbox");
    Paddle.Initialize({ token, eventCallback: ({ name }) => this.#follow(name) });
    if (transaction === "") return;
    this.querySelector("button")?.addEventListener("click", () => this.#open(Paddle, transaction));
    this.#open(Paddle, transaction);
  }

  #open(paddle: PaddleJs, transactionId: string): void {
    const { address = "", done = "/" } = this.dataset;
    const chosen = document.documentElement.dataset.theme;
    const isDark = chosen === "dark" || (chosen === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
    paddle.Checkout.open({
      transactionId,
      ...(address === "" ? {} : { customer: { email: address } }),
      settings: {
        displayMode: "overlay",
        theme: isDark ? "dark" : "light",
        successUrl: new URL(done, location.href).href,
        allowLogout: false,
      },
    });
  }

  #follow(name: string | undefined): void {
    if (name === "checkout.loaded") this.#say("");
    if (name === "checkout.error") this.#say("failed");
    if (name === "checkout.closed" && this.dataset.transaction !== "") this.#offer();
  }

  #say(what: string): void {
    for (const each of this.querySelectorAll<HTMLElement>("[data-said]")) each.hidden = each.dataset.said !== what;
    if (what === "failed") this.#offer();
  }

  #offer(): void {
    const button = this.querySelector("button");
    if (button !== null && window.Paddle !== undefined) button.hidden = false;
  }
}

customElements.define("paddle-checkout", PaddleCheckout);
