import { Button, Heading, Link, Small, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";

const because = `you are or were a member of ${config.SITE_NAME}`;
const here = (path: string): string => config.BASE_URL + path;

interface Welcome {
  plan: string;
  isTeam: boolean;
  /** The last free day; empty when there is none. */
  freeUntil: string;
}

export const welcomeMail: Template<Welcome> = {
  name: "billing.welcome",
  transactional: true,
  because,
  subject: () => `Welcome to ${config.SITE_NAME}`,
  preview: ({ isTeam }) => (isTeam ? "Invite your team." : "Everything is open to you."),
  example: { plan: "Yearly", isTeam: false, freeUntil: "11 December 2026" },
  Body: ({ plan, isTeam, freeUntil }) => (
    <>
      <Heading>Welcome</Heading>
      {isTeam ? (
        <Text>Your team plan has begun. Invite those who shall read: by mail, or by a link that you hand on.</Text>
      ) : (
        <Text>
          Your plan “{plan}” has begun, and everything at {config.SITE_NAME} is open to you. Thank you.
        </Text>
      )}
      {freeUntil === "" ? "" : <Text>It is free until {freeUntil}. We write to you before it is charged.</Text>}
      <Button href={here(isTeam ? urls.teamSeats() : urls.tutorials())}>
        {isTeam ? "Invite your team" : "Begin to read"}
      </Button>
      <Small>
        <Link href={here(urls.membership())}>Your membership</Link> says what you pay and when; there you can also
        leave.
      </Small>
    </>
  ),
};

interface Paused {
  plan: string;
  /** When it goes on by itself; empty when it does not. */
  resumesOn: string;
}

export const pausedMail: Template<Paused> = {
  name: "billing.paused",
  transactional: true,
  because,
  subject: () => "Your membership is paused",
  preview: () => "Nothing is charged until it goes on.",
  example: { plan: "Monthly", resumesOn: "3 March 2027" },
  Body: ({ plan, resumesOn }) => (
    <>
      <Heading>Your membership is paused</Heading>
      <Text>Your plan “{plan}” rests now, and nothing is charged meanwhile.</Text>
      <Text>
        {resumesOn === ""
          ? "It goes on when you say so."
          : `It goes on by itself on ${resumesOn}, and is charged then. You can also go on sooner, or leave.`}
      </Text>
      <Button href={here(urls.membership())}>Your membership</Button>
    </>
  ),
};

interface Canceled {
  plan: string;
  until: string;
}

export const canceledMail: Template<Canceled> = {
  name: "billing.canceled",
  transactional: true,
  because,
  subject: () => "Your membership is cancelled",
  preview: ({ until }) => `Everything stays open until ${until}.`,
  example: { plan: "Yearly", until: "3 March 2027" },
  Body: ({ plan, until }) => (
    <>
      <Heading>Your membership is cancelled</Heading>
      <Text>
        Your plan “{plan}” ends on {until}. Everything stays open until then, and nothing more is charged.
      </Text>
      <Text>If you change your mind before that day, one click keeps it.</Text>
      <Button href={here(urls.membership())}>Keep it after all</Button>
    </>
  ),
};

interface Ended {
  plan: string;
  isUnpaid: boolean;
}

export const endedMail: Template<Ended> = {
  name: "billing.ended",
  transactional: true,
  because,
  subject: () => "Your membership has ended",
  preview: () => "Your account stays, with all that you have read.",
  example: { plan: "Yearly", isUnpaid: false },
  Body: ({ plan, isUnpaid }) => (
    <>
      <Heading>Your membership has ended</Heading>
      <Text>
        Your plan “{plan}” has ended{isUnpaid ? ", because its last payment did not go through" : ""}. Nothing more is
        charged. Your account stays, and so does the place where you stopped reading.
      </Text>
      <Button href={here(urls.join())}>Come back</Button>
    </>
  ),
};

interface Double {
  plan: string;
}

export const doubleMail: Template<Double> = {
  name: "billing.double",
  transactional: true,
  because,
  subject: () => "You were a member already: your second payment goes back",
  preview: ({ plan }) => `Your plan “${plan}” was bought a second time.`,
  example: { plan: "Yearly" },
  Body: ({ plan }) => (
    <>
      <Heading>You were a member already</Heading>
      <Text>
        The plan “{plan}” was paid for beside a membership that goes on, perhaps from two windows. One is enough, so we
        have ended the second, and what you paid for it goes back to you.
      </Text>
      <Text>Your first membership stays as it is. If it was the other that you wanted, change your plan.</Text>
      <Button href={here(urls.membership())}>Your membership</Button>
    </>
  ),
};
