import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";
import { urls } from "#urls.ts";
import type { Checkout } from "../schema.ts";

/** While nobody has told yet that it is paid. The page asks again by itself. */
export function WaitingPage({ token, isLong }: { token: string; isLong: boolean }): Html {
  return (
    <Layout title="Your payment is on its way" robots="noindex" styles={["account.css"]}>
      <div class="door">
        <h1>{isLong ? "This takes longer than usual" : "One moment"}</h1>
        <p role="status">
          {isLong
            ? "The payment service has not told us yet how it went. If you have paid, you need not do anything: we write to you as soon as we know, and what you bought opens by itself."
            : "We are waiting to hear that your payment went through. This page goes on by itself."}
        </p>
        <a class="button" href={urls.checkoutDone({ token })}>
          Look again
        </a>
      </div>
    </Layout>
  );
}

interface DonePageProps {
  checkout: Checkout;
  /** What it was: `yearly plan`. */
  label: string;
}

/** When it is paid: thanks, and the way on. */
export function DonePage({ checkout, label }: DonePageProps): Html {
  const { title, words, ways } = done(checkout, label);
  return (
    <Layout title={title} robots="noindex" styles={["billing.css"]}>
      <div class="welcome">
        <h1>{title}</h1>
        <p class="checkout-lede">{words}</p>
        <ul class="ways">
          {ways.map(([name, href, hint], index) => (
            <li>
              <a class={index === 0 ? "button primary" : "button"} href={href}>
                {name}
              </a>
              {hint ? <small>{hint}</small> : null}
            </li>
          ))}
        </ul>
      </div>
    </Layout>
  );
}

type Way = readonly [name: string, href: string, hint?: string];

function done({ kind, next }: Checkout, label: string): { title: string; words: Child; ways: readonly Way[] } {
  const receipts: Way = ["Your purchases", urls.purchases(), "with receipts and invoices"];
  if (kind === "gift") {
    return {
      title: "Your gift is ready",
      words: "Thank you. We have mailed you its code, and whom it is for gets it on the day that you chose.",
      ways: [["Back to the start", urls.home()], receipts],
    };
  }
  if (kind === "team") {
    return {
      title: "Your team is ready",
      words: "Thank you. Now invite those who shall read.",
      ways: [["Invite your team", urls.teamSeats()], receipts],
    };
  }
  if (kind === "product") {
    return {
      title: "It is yours",
      words: `Thank you for buying ${label}.`,
      ways: [["Go on", next || urls.store()], receipts],
    };
  }
  return {
    title: "Welcome",
    words: "Thank you. You are a member now, and everything here is open to you.",
    ways: [
      next === "" ? ["To the tutorials", urls.tutorials()] : ["Go on reading", next, "where you stopped"],
      ["Your membership", urls.membership(), "what you pay, and when"],
      receipts,
    ],
  };
}
