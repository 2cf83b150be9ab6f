import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";

/** A page that a payment provider would have: what stands above it says that this one is no such thing. */
export function SandboxLayout({ title, children }: { title: string; children: Child }): Html {
  return (
    <Layout title={title} robots="noindex" styles={["billing.css", "sandbox.css"]}>
      <div class="sandbox">
        <p class="sandbox-sign">
          <strong>Sandbox</strong> No money moves here, and no card is asked for.
        </p>
        {children}
      </div>
    </Layout>
  );
}

/** What a card does, after "a card that". */
export const cardWords = {
  good: "is good",
  expiring: "expires before the next renewal",
  declined: "will be declined",
} as const;
