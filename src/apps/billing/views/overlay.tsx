import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";
import { urls } from "#urls.ts";
import type { OverlayCheckout } from "../provider.ts";

interface OverlayPageProps {
  overlay: OverlayCheckout;
  /** Of the buyer, so that they need not type it; empty where it is not known. */
  address: string;
  /** Where to go on when it is paid. */
  done: string;
}

/** A page on which the payment of Paddle opens by itself, and can be opened again. */
export function OverlayPage({ overlay, address, done }: OverlayPageProps): Html {
  const { clientToken, environment, transaction } = overlay;
  return (
    <Layout title="Your payment" robots="noindex" styles={["account.css"]} scripts={["paddle-checkout.js"]}>
      <div class="door">
        <h1>Your payment</h1>
        <p>Paddle takes the payment: it sells to you, and sends you the invoice.</p>
        <paddle-checkout
          class="form"
          data-token={clientToken}
          data-environment={environment}
          data-transaction={transaction}
          data-address={address}
          data-done={done}
        >
          <p role="status" data-said="waiting">
            The payment opens in a moment.
          </p>
          <div class="notice bad" role="alert" data-said="failed" hidden>
            <strong>The payment could not be opened</strong>
            <p>
              Something between here and Paddle blocks it, or Paddle does not answer. Nothing was charged. Load the page
              again to try once more.
            </p>
          </div>
          <noscript>
            <p>The payment is a window of Paddle’s, which needs JavaScript. Nothing else here does.</p>
          </noscript>
          <button class="button primary" type="button" hidden>
            Open the payment
          </button>
          <a class="button" href={urls.join()}>
            Not now
          </a>
        </paddle-checkout>
      </div>
    </Layout>
  );
}
