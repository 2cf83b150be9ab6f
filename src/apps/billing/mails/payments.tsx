import { Button, Heading, Link, List, Small, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";

const because = `you pay for something at ${config.SITE_NAME}`;
const here = (path: string): string => config.BASE_URL + path;

interface Receipt {
  id: number;
  name: string;
  total: string;
  /** Empty when there is none. */
  tax: string;
  day: string;
  period: string;
  /** Where what was bought is, when that is a page of its own. */
  path: string;
  isTest: boolean;
}

const receipt: Receipt = {
  id: 12,
  name: "Yearly membership",
  total: "$178.50",
  tax: "$28.50",
  day: "27 November 2026",
  period: "27 November 2026 to 27 November 2027",
  path: "",
  isTest: false,
};

export const receiptMail: Template<Receipt> = {
  name: "billing.receipt",
  transactional: true,
  because,
  subject: ({ name }) => `Your receipt: ${name}`,
  preview: ({ total }) => `${total}. Thank you.`,
  example: receipt,
  Body: ({ id, name, total, tax, day, period, path, isTest }) => (
    <>
      <Heading>Thank you</Heading>
      <Text>We have received your payment.</Text>
      <List
        items={[
          name,
          tax === "" ? total : `${total}, with ${tax} tax`,
          `Paid on ${day}`,
          ...(period === "" ? [] : [`For ${period}`]),
        ]}
      />
      <Button href={here(path || urls.purchase({ id: String(id) }))}>{path ? "Go to it" : "See the receipt"}</Button>
      <Small>
        {isTest ? "It was a payment of the sandbox: no money has moved. " : ""}
        Receipts and invoices stand in <Link href={here(urls.purchases())}>your purchases</Link>.
      </Small>
    </>
  ),
};

interface Refund extends Pick<Receipt, "id" | "name"> {
  amount: string;
  isAll: boolean;
  isGift: boolean;
}

export const refundMail: Template<Refund> = {
  name: "billing.refund",
  transactional: true,
  because,
  subject: ({ amount }) => `${amount} went back to you`,
  preview: ({ name }) => name,
  example: { id: 12, name: "Yearly membership", amount: "$178.50", isAll: true, isGift: false },
  Body: ({ id, name, amount, isAll, isGift }) => (
    <>
      <Heading>Your money is on its way back</Heading>
      <Text>
        {amount} of what you paid for “{name}” went back to the card or account that you paid with. It may take some
        days to be seen there.
      </Text>
      {isAll ? (
        <Text>
          {isGift ? "The code of the gift is no longer good." : "What you paid for is no longer open to you."}
        </Text>
      ) : (
        ""
      )}
      <Button href={here(urls.purchase({ id: String(id) }))}>See the receipt</Button>
    </>
  ),
};

interface Coming {
  plan: string;
  day: string;
  amount: string;
}

export const trialEndingMail: Template<Coming> = {
  name: "billing.trial-ending",
  transactional: true,
  because,
  subject: ({ day }) => `Your free days end on ${day}`,
  preview: ({ amount }) => `Then your plan is ${amount}.`,
  example: { plan: "Yearly", day: "11 December 2026", amount: "$150.00 a year" },
  Body: ({ plan, day, amount }) => (
    <>
      <Heading>Your free days end soon</Heading>
      <Text>
        On {day} your plan “{plan}” begins to be paid: {amount}. If you want to stay there is nothing to do.
      </Text>
      <Text>If not, cancel before that day and nothing is charged.</Text>
      <Button href={here(urls.membership())}>Your membership</Button>
    </>
  ),
};

export const renewalMail: Template<Coming> = {
  name: "billing.renewal",
  transactional: true,
  because,
  subject: ({ day }) => `Your membership renews on ${day}`,
  preview: ({ amount }) => `For ${amount}.`,
  example: { plan: "Yearly", day: "27 November 2027", amount: "$150.00 a year" },
  Body: ({ plan, day, amount }) => (
    <>
      <Heading>Your membership renews soon</Heading>
      <Text>
        On {day} your plan “{plan}” renews for {amount}, before taxes. If you want to stay there is nothing to do.
      </Text>
      <Text>You can change it or leave until then.</Text>
      <Button href={here(urls.membership())}>Your membership</Button>
    </>
  ),
};

interface CardExpiring extends Coming {
  /** `Visa ending in 4242`. */
  card: string;
  /** The month that is printed on it. */
  month: string;
}

export const cardExpiringMail: Template<CardExpiring> = {
  name: "billing.card-expiring",
  transactional: true,
  because,
  subject: () => "Your card expires before your next payment",
  preview: ({ card, month }) => `${card}, good until the end of ${month}.`,
  example: {
    card: "Visa ending in 4242",
    month: "October 2027",
    plan: "Yearly",
    day: "27 November 2027",
    amount: "$150.00 a year",
  },
  Body: ({ card, month, plan, day, amount }) => (
    <>
      <Heading>Your card expires soon</Heading>
      <Text>
        Your plan “{plan}” is paid next on {day}: {amount}, before taxes. The card that we know of, {card}, is good
        until the end of {month} only.
      </Text>
      <Text>Name another card, or the new one that your bank has sent you, and nothing is interrupted.</Text>
      <Button href={here(urls.membership())}>Change how you pay</Button>
      <Small>If your bank renews the card with us by itself, there is nothing to do.</Small>
    </>
  ),
};

export interface Failed {
  /** Which mail about it this is. */
  stage: "first" | "again" | "last";
  plan: string;
  amount: string;
  /** Until when everything stays open. */
  until: string;
}

const subjects = {
  first: "Your payment did not go through",
  again: "Your payment still does not go through",
  last: "Your membership is about to end",
} as const;

export const paymentFailedMail: Template<Failed> = {
  name: "billing.payment-failed",
  transactional: true,
  because,
  subject: ({ stage }) => subjects[stage],
  preview: ({ until }) => `Everything stays open until ${until}.`,
  example: { stage: "first", plan: "Yearly", amount: "$150.00 a year", until: "11 December 2026" },
  Body: ({ stage, plan, amount, until }) => (
    <>
      <Heading>{subjects[stage]}</Heading>
      <Text>
        The payment for your plan “{plan}” ({amount}) was refused. Perhaps the card has expired, or the bank wants to
        hear from you.
      </Text>
      <Text>
        {stage === "last"
          ? `Everything stays open until ${until}. Without another card it ends then.`
          : `Everything stays open until ${until}, and the payment is tried again. With another card it is mended in a minute.`}
      </Text>
      <Button href={here(urls.membership())}>Mend the payment</Button>
    </>
  ),
};
