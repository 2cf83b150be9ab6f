import { currentViewer } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { Links } from "#ui/links.tsx";
import { urls } from "#urls.ts";
import type { PaymentEvent } from "../schema.ts";

const pages = [
  { name: "Events", href: urls.staffPaymentEvents() },
  { name: "Comparisons", href: urls.staffReconciliations() },
];

/** The way between the pages about payments. */
export function PaymentTabs({ current }: { current: string }): Html {
  return (
    <nav class="chips" aria-label="Payments">
      <Links links={pages} current={current} />
    </nav>
  );
}

const tones: Readonly<Record<string, string>> = {
  applied: "badge good",
  refused: "badge bad",
  unknown: "badge warn",
  waiting: "badge warn",
};

export function OutcomeBadge({ outcome }: Pick<PaymentEvent, "outcome">): Html {
  const word = outcome ?? "waiting";
  return <span class={tones[word] ?? "badge"}>{word}</span>;
}

export function mayManagePayments(): boolean {
  return may(currentViewer(), "payments.manage");
}
