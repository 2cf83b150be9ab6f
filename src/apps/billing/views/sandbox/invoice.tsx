import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Day } from "#ui/time.tsx";
import { config } from "#config.ts";
import { countryName } from "../../numbers/words.ts";
import { invoiceNumber } from "../../sandbox/facts.ts";
import type { SandboxTransaction } from "../../sandbox/objects.ts";
import { Sum } from "../money-parts.tsx";
import { SandboxLayout } from "./parts.tsx";

/** An invoice as a provider makes one; to be printed. */
export function InvoicePage({ transaction, buyer }: { transaction: SandboxTransaction; buyer: string }): Html {
  const { name, quantity, currency, total, tax, discount, country, paidAt, billedAt } = transaction;
  const { periodStartsAt, periodEndsAt } = transaction;
  const whole = { label: quantity === 1 ? name : `${name} × ${quantity}`, amount: total - tax + discount, currency };
  const lines = [
    whole,
    ...(discount > 0 ? [{ label: "Taken off", amount: -discount, currency }] : []),
    { label: `Tax in ${countryName(country)}`, amount: tax, currency },
  ];
  return (
    <SandboxLayout title={paidAt === null ? "A payment that was not made" : `Invoice ${invoiceNumber(transaction)}`}>
      <article class="invoice">
        <h1>{paidAt === null ? "Not paid" : "Invoice"}</h1>
        <dl class="invoice-facts">
          {paidAt === null ? null : (
            <div>
              <dt>Number</dt>
              <dd>{invoiceNumber(transaction)}</dd>
            </div>
          )}
          <div>
            <dt>Date</dt>
            <dd>
              <Day at={paidAt ?? billedAt} />
            </dd>
          </div>
          <div>
            <dt>From</dt>
            <dd>{config.SITE_NAME}</dd>
          </div>
          {buyer === "" ? null : (
            <div>
              <dt>For</dt>
              <dd>{buyer}</dd>
            </div>
          )}
          {periodStartsAt === null || periodEndsAt === null ? null : (
            <div>
              <dt>Period</dt>
              <dd>
                <Day at={periodStartsAt} /> to <Day at={periodEndsAt} />
              </dd>
            </div>
          )}
        </dl>
        <Sum lines={lines} total={{ label: paidAt === null ? "Due" : "Paid", amount: total, currency }} />
        <p class="invoice-note">This is an invoice of a sandbox: nothing was paid, and it is good for no books.</p>
      </article>
    </SandboxLayout>
  );
}
