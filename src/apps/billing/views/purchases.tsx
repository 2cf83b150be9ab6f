import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { AccountPage } from "#apps/accounts/parts.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import type { Purchase } from "../purchases.ts";
import { Day } from "./day.tsx";
import { Sum, type Line } from "./money-parts.tsx";

interface PurchasesPageProps {
  purchases: readonly Purchase[];
  timeZone: string;
}

export function PurchasesPage({ purchases, timeZone }: PurchasesPageProps): Html {
  return (
    <AccountPage title="Purchases" current={urls.purchases()} styles={["billing.css"]}>
      {purchases.length === 0 ? (
        <EmptyState title="You have bought nothing yet">
          <p>Receipts and invoices of what you buy stand here, for as long as you have an account.</p>
          <a class="button" href={urls.join()}>
            See what there is
          </a>
        </EmptyState>
      ) : (
        <table class="purchases">
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">What</th>
              <th scope="col" class="amount">
                Paid
              </th>
              <td></td>
            </tr>
          </thead>
          <tbody>
            {purchases.map((purchase) => (
              <PurchaseRow purchase={purchase} timeZone={timeZone} />
            ))}
          </tbody>
        </table>
      )}
    </AccountPage>
  );
}

function PurchaseRow({ purchase, timeZone }: { purchase: Purchase; timeZone: string }): Html {
  const { transaction, name, returned } = purchase;
  const { id, total, currency } = transaction;
  return (
    <tr>
      <td class="day">
        <Day at={dateOf(purchase)} timeZone={timeZone} />
      </td>
      <td>
        {name}
        {returned > 0 ? (
          <small>{returned >= total ? "Given back" : `${formatMoney(returned, currency)} given back`}</small>
        ) : null}
      </td>
      <td class="amount">{formatMoney(total, currency)}</td>
      <td>
        <a href={urls.purchase({ id: String(id) })} aria-label={`Receipt for ${name}, number ${id}`}>
          Receipt
        </a>
      </td>
    </tr>
  );
}

function dateOf({ transaction: { paidAt, billedAt, occurredAt } }: Purchase): Date {
  return paidAt ?? billedAt ?? occurredAt;
}

interface PurchasePageProps {
  purchase: Purchase;
  buyer: { name: string; address: string; timeZone: string };
  /** Who took the money. */
  seller: string;
  isLive: boolean;
  problem?: string;
}

/** A receipt, to be printed or kept. */
export function PurchasePage({ purchase, buyer, seller, isLive, problem }: PurchasePageProps): Html {
  const { transaction, name, returned } = purchase;
  const { id, currency, total, tax, discount, quantity, invoiceNumber, periodStartsAt, periodEndsAt } = transaction;
  const { timeZone } = buyer;
  const lines: Line[] = [
    { label: quantity === 1 ? name : `${name}, ${quantity} seats`, amount: total - tax + discount, currency },
    ...(discount > 0 ? [{ label: "Coupon", amount: -discount, currency }] : []),
    ...(tax > 0
      ? [{ label: transaction.country ? `Tax (${transaction.country})` : "Tax", amount: tax, currency }]
      : []),
  ];
  return (
    <AccountPage title={`Receipt ${invoiceNumber || id}`} current={urls.purchases()} styles={["billing.css"]}>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <div class="receipt">
        <dl class="receipt-facts">
          <div>
            <dt>From</dt>
            <dd>
              {config.SITE_NAME}, {new URL(config.BASE_URL).hostname}
            </dd>
          </div>
          <div>
            <dt>To</dt>
            <dd class="address">
              {buyer.name ? `${buyer.name}, ` : ""}
              {buyer.address}
            </dd>
          </div>
          <div>
            <dt>Paid on</dt>
            <dd>
              <Day at={dateOf(purchase)} timeZone={timeZone} />
            </dd>
          </div>
          {periodStartsAt === null || periodEndsAt === null ? null : (
            <div>
              <dt>For the time</dt>
              <dd>
                <Day at={periodStartsAt} timeZone={timeZone} /> to <Day at={periodEndsAt} timeZone={timeZone} />
              </dd>
            </div>
          )}
        </dl>
        <Sum lines={lines} total={{ label: "Paid", amount: total, currency }} />
        {returned > 0 ? (
          <p>
            <strong>{returned >= total ? "All of it" : formatMoney(returned, currency)}</strong> went back to you.
          </p>
        ) : null}
        <p class="hint">
          {isLive
            ? `Paid through ${seller}, who sends the invoice with all that your books need.`
            : "A payment of the sandbox: no money has moved."}
        </p>
      </div>
      <p class="receipt-ways">
        <a class="button" href={urls.purchaseInvoice({ id: String(id) })}>
          Get the invoice
        </a>
        <a href={urls.purchases()}>All purchases</a>
      </p>
    </AccountPage>
  );
}
