import { Button, Digits, Heading, Link, Small, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { codeMinutes, type Issued } from "../tokens.ts";

const example: Issued = { token: "k3yT0aD00rThatOpensOnce_0123", code: "314159" };

/** To the address that an account has, when it shall have another. */
export const oldAddressMail: Template<Issued & { to: string }> = {
  name: "accounts.old-address",
  transactional: true,
  because: `you have an account at ${config.SITE_NAME} with this address`,
  subject: () => "Shall your account have another address?",
  preview: ({ to }) => `It would be ${to}.`,
  example: { ...example, to: "maya@example.net" },
  Body: ({ token, code, to }) => (
    <>
      <Heading>Another address for your account</Heading>
      <Text>
        Your account shall have the address {to}. That happens once you have confirmed it here and in the mail that we
        have sent there.
      </Text>
      <Button href={config.BASE_URL + urls.accountAddressConfirm({}, { token })}>Confirm the change</Button>
      <Text>Or type this code on the page where you asked for it:</Text>
      <Digits>{code}</Digits>
      <Small>
        The link is good for a day, the code for {codeMinutes} minutes. If it was not you, somebody else is signed in to
        your account: <Link href={config.BASE_URL + urls.accountSessions()}>end all sessions</Link> and set a new
        password.
      </Small>
    </>
  ),
};

/** To the address that an account shall have. */
export const newAddressMail: Template<Issued> = {
  name: "accounts.new-address",
  transactional: true,
  because: `somebody wants to use this address for an account at ${config.SITE_NAME}`,
  subject: () => `Confirm your new address for ${config.SITE_NAME}`,
  preview: () => "One of two steps to a new address.",
  example,
  Body: ({ token, code }) => (
    <>
      <Heading>Confirm your new address</Heading>
      <Text>Confirm that this address is yours, and that your account at {config.SITE_NAME} shall have it.</Text>
      <Button href={config.BASE_URL + urls.accountAddressConfirm({}, { token })}>Confirm this address</Button>
      <Text>Or type this code on the page where you asked for it:</Text>
      <Digits>{code}</Digits>
      <Small>
        The link is good for a day, the code for {codeMinutes} minutes. The old address is asked as well. If it was not
        you, there is nothing to do: nothing changes.
      </Small>
    </>
  ),
};

/** To an address that another account shall have, although this one has it. */
export const addressTakenMail: Template<Record<string, never>> = {
  name: "accounts.address-taken",
  transactional: true,
  because: `you have an account at ${config.SITE_NAME} with this address`,
  subject: () => "This address has an account already",
  preview: () => "It cannot be that of another one.",
  example: {},
  Body: () => (
    <>
      <Heading>This address has an account already</Heading>
      <Text>
        Somebody wants to use this address for another account at {config.SITE_NAME}. If that was you: sign in to the
        account that has it, and delete it or give it another address first.
      </Text>
      <Button href={config.BASE_URL + urls.signIn()}>Sign in</Button>
      <Small>If it was not you, there is nothing to do: nothing has changed, and nobody has learnt anything.</Small>
    </>
  ),
};

/** To somebody who has asked for the account to be deleted. */
export const deletionMail: Template<{ day: string }> = {
  name: "accounts.deletion",
  transactional: true,
  because: `somebody asked for your account at ${config.SITE_NAME} to be deleted`,
  subject: ({ day }) => `Your account will be deleted on ${day}`,
  preview: () => "Until then you can keep it.",
  example: { day: "11 December 2026" },
  Body: ({ day }) => (
    <>
      <Heading>Your account will be deleted</Heading>
      <Text>
        On {day} your account at {config.SITE_NAME} and everything that is kept about you will be deleted. Nobody can
        bring it back after that. All sessions have ended already.
      </Text>
      <Text>If you change your mind, or if it was not you, sign in before that day and keep your account.</Text>
      <Button href={config.BASE_URL + urls.accountDeletion()}>Keep my account</Button>
    </>
  ),
};

/** To somebody who has asked for that and changed their mind. */
export const keptMail: Template<Record<string, never>> = {
  name: "accounts.kept",
  transactional: true,
  because: `your account at ${config.SITE_NAME} was to be deleted`,
  subject: () => "Your account stays",
  preview: () => "It will not be deleted.",
  example: {},
  Body: () => (
    <>
      <Heading>Your account stays</Heading>
      <Text>Somebody signed in to your account and kept it. It will not be deleted.</Text>
      <Small>
        If it was not you, <Link href={config.BASE_URL + urls.reset()}>set a new password</Link> at once.
      </Small>
    </>
  ),
};
