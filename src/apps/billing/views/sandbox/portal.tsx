import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { Choice, Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { cards, type SandboxCustomer, type SandboxTransaction } from "../../sandbox/objects.ts";
import { cardWords, SandboxLayout } from "./parts.tsx";

interface PortalPageProps {
  customer: SandboxCustomer;
  /** What is due. */
  due: readonly SandboxTransaction[];
  next: string;
}

/** Where a provider lets its customers mend how they pay. */
export function PortalPage({ customer, due, next }: PortalPageProps): Html {
  const sums = due.map(({ total, currency }) => formatMoney(total, currency)).join(" and ");
  return (
    <SandboxLayout title="How you pay">
      <div class="sandbox-step">
        <h1>How you pay</h1>
        {due.length === 0 ? (
          <p>Nothing is due.</p>
        ) : (
          <Notice tone="warn" title={`${sums} could not be collected.`}>
            A card that is good pays it at once.
          </Notice>
        )}
        <Form action={urls.sandboxPortal({ customer: customer.id })}>
          <input type="hidden" name="next" value={next} />
          <fieldset class="choices">
            <legend>Your card</legend>
            {cards.map((card) => (
              <Choice
                type="radio"
                name="card"
                value={card}
                checked={card === "good"}
                label={`A card that ${cardWords[card]}`}
                hint={customer.card === card && card !== "good" ? "The one that you have now." : undefined}
              />
            ))}
          </fieldset>
          <Submit>{due.length === 0 ? "Save the card" : `Save the card and pay ${sums}`}</Submit>
        </Form>
        <p>
          <a href={next}>Go back</a>
        </p>
      </div>
    </SandboxLayout>
  );
}
