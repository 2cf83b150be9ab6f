import { Button, Code, Heading, Small, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";

const redeem = (code: string): string => config.BASE_URL + urls.giftRedeem({}, { code });

interface GiftFor {
  from: string;
  plan: string;
  message: string;
  code: string;
}

/** To whom a gift is for. */
export const giftMail: Template<GiftFor> = {
  name: "billing.gift",
  transactional: true,
  because: "somebody wants to give you something",
  subject: ({ from }) => `${from} gives you a membership of ${config.SITE_NAME}`,
  preview: ({ message }) => message,
  example: {
    from: "Maya Ruiz",
    plan: "Yearly",
    message: "For all the evenings with your first program. Enjoy!",
    code: "7KQ2M-X4D9T-0HVBN",
  },
  Body: ({ from, plan, message, code }) => (
    <>
      <Heading>A gift for you</Heading>
      <Text>
        {from} gives you a membership of {config.SITE_NAME}: the plan “{plan}”, paid already. It never renews.
      </Text>
      {message === "" ? "" : <Text>“{message}”</Text>}
      <Button href={redeem(code)}>Open your gift</Button>
      <Text>Or type this code where you are asked for it:</Text>
      <Code>{code}</Code>
      <Small>It has no last day. If you are a member already, it begins when what you have is over.</Small>
    </>
  ),
};

interface GiftReady {
  plan: string;
  /** Whom it goes to, and when; empty when the buyer hands it on. */
  to: string;
  day: string;
  code: string;
}

/** To who bought it. */
export const giftReadyMail: Template<GiftReady> = {
  name: "billing.gift-ready",
  transactional: true,
  because: `you bought a gift at ${config.SITE_NAME}`,
  subject: () => "Your gift is ready",
  preview: ({ to }) => (to === "" ? "Its code is in this mail." : `It goes to ${to}.`),
  example: { plan: "Yearly", to: "sam@example.org", day: "24 December 2026", code: "7KQ2M-X4D9T-0HVBN" },
  Body: ({ plan, to, day, code }) => (
    <>
      <Heading>Your gift is ready</Heading>
      <Text>
        Thank you. {to === "" ? "This code is" : `We send it to ${to} on ${day}. This is its code,`} good for the plan “
        {plan}”:
      </Text>
      <Code>{code}</Code>
      <Text>Whoever redeems it first has it, so hand it to nobody else.</Text>
      <Button href={config.BASE_URL + urls.gift()}>Your gifts</Button>
    </>
  ),
};
