import type { Answer, Reply } from "#lib/app.ts";
import { Layout } from "#ui/layout.tsx";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import type { CheckoutStep } from "./provider.ts";
import type { Checkout } from "./schema.ts";

/** Sends a buyer on to where they pay: to a page of ours, or to one of the provider. */
export function depart(reply: Reply, { checkout, step }: { checkout: Checkout; step: CheckoutStep }): Answer {
  if ("overlay" in step) return reply.redirect(urls.checkout({ token: checkout.token }), 303);
  return departTo(reply, step.redirect);
}

/** Sends somebody to a page of the provider, from a form. */
export function departTo(reply: Reply, url: string): Answer {
  if (url.startsWith(`${config.BASE_URL}/`)) return reply.redirect(url.slice(config.BASE_URL.length), 303);
  // A form may lead nowhere but to this site (form-action), redirects included; a page may send its reader anywhere.
  reply.header("refresh", `0;url=${url}`);
  return (
    <Layout title="On to the payment" robots="noindex" styles={["account.css"]}>
      <div class="door">
        <h1>On to the payment</h1>
        <p>You pay on a page of {new URL(url).hostname}, and come back here afterwards.</p>
        <a class="button primary" href={url}>
          Continue
        </a>
      </div>
    </Layout>
  );
}
