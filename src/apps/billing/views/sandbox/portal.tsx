import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatMoney } from "#lib/money.ts";
import { Choice, Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { SandboxCustomer, SandboxTransaction } from "../../sandbox/objects.ts";
import { SandboxLayout } from "./parts.tsx";

interface PortalPageProps {
  customer: SandboxCustomer;
  /** What is due. */
  due: readonly SandboxTransaction[];
  next: string;
}

const now = "The one that you have now.";

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
            <Choice type="radio" name="card" value="good" checked label="A card that is good" />
            <Choice
              type="radio"
              name="card"
              value="expiring"
              label="A card that expires before the next renewal"
              hint={customer.card === "expiring" ? now : undefined}
            />
            <Choice
              type="radio"
              name="card"
              value="declined"
              label="A card that will be declined"
              hint={customer.card === "declined" ? now : undefined}
            />
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
