import { formatMoney, formatPrice } from "#lib/money.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import type { Plan, Price } from "#apps/members/schema.ts";

/** How often something is paid, after its price. */
export const every = { month: "a month", year: "a year" } as const;

/** Of what is paid by the year, what that is a month. */
export function aMonth({ interval }: Pick<Plan, "interval">, { amount, currency }: Price): string | undefined {
  return interval === "year" ? formatPrice(Math.round(amount / 12), currency) : undefined;
}

/** A sum with its parts, as on a bill. */
export function Sum({ lines, total }: { lines: readonly Line[]; total: Line }): Html {
  return (
    <dl class="sum">
      {[...lines, total].map((line) => (
        <div class={line === total ? "total" : undefined}>
          <dt>{line.label}</dt>
          <dd>{formatMoney(line.amount, line.currency).replace("-", "\u2212")}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface Line {
  label: Child;
  amount: number;
  currency: string;
}
