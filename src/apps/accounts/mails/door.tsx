import { Button, Digits, Heading, Link, Small, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { codeMinutes, type Issued } from "../tokens.ts";

const example: Issued = { token: "k3yT0aD00rThatOpensOnce_0123", code: "314159" };

/** To an address with which somebody registers. */
export const registerMail: Template<Issued> = {
  name: "accounts.register",
  transactional: true,
  because: `somebody registered at ${config.SITE_NAME} with this address`,
  subject: () => `Confirm your address for ${config.SITE_NAME}`,
  preview: () => "One more step, and you can read on.",
  example,
  Body: ({ token, code }) => (
    <>
      <Heading>One more step</Heading>
      <Text>Confirm that this address is yours, and your account at {config.SITE_NAME} is ready.</Text>
      <Button href={config.BASE_URL + urls.registerConfirm({}, { token })}>Confirm your address</Button>
      <Text>Or type this code on the page where you registered:</Text>
      <Digits>{code}</Digits>
      <Small>
        The link is good for a day, the code for {codeMinutes} minutes. If it was not you, there is nothing to do: no
        account is made.
      </Small>
    </>
  ),
};

/** To the owner of an account with whose address somebody registers once more. */
export const alreadyMail: Template<Record<string, never>> = {
  name: "accounts.already",
  transactional: true,
  because: `somebody registered at ${config.SITE_NAME} with this address`,
  subject: () => `You have an account at ${config.SITE_NAME} already`,
  preview: () => "There is no need for another one.",
  example: {},
  Body: () => (
    <>
      <Heading>You have an account already</Heading>
      <Text>Somebody has just registered with your address. If that was you: there is no need to, just sign in.</Text>
      <Button href={config.BASE_URL + urls.signIn()}>Sign in</Button>
      <Text>
        If you have forgotten your password, <Link href={config.BASE_URL + urls.reset()}>set a new one</Link>.
      </Text>
      <Small>If it was not you, there is nothing to do: nothing has changed, and nobody has learnt anything.</Small>
    </>
  ),
};

/** To the owner of an account who wants to sign in without the password. */
export const linkMail: Template<Issued & { minutes: number }> = {
  name: "accounts.link",
  transactional: true,
  because: `somebody asked ${config.SITE_NAME} for a way to sign in with this address`,
  subject: () => `Sign in to ${config.SITE_NAME}`,
  preview: () => "Your link and your code, good once.",
  example: { ...example, minutes: 15 },
  Body: ({ token, code, minutes }) => (
    <>
      <Heading>Sign in</Heading>
      <Text>With this link you are signed in without your password. It works once.</Text>
      <Button href={config.BASE_URL + urls.signInLinkOpen({}, { token })}>Sign in</Button>
      <Text>Or type this code where you asked for it:</Text>
      <Digits>{code}</Digits>
      <NotYou minutes={minutes} />
    </>
  ),
};

/** To the owner of an account who has forgotten the password. */
export const resetMail: Template<Issued & { minutes: number }> = {
  name: "accounts.reset",
  transactional: true,
  because: `somebody asked ${config.SITE_NAME} for a new password for this address`,
  subject: () => `Set a new password for ${config.SITE_NAME}`,
  preview: () => "Your old one is good until you do.",
  example: { ...example, minutes: 60 },
  Body: ({ token, code, minutes }) => (
    <>
      <Heading>Set a new password</Heading>
      <Text>Your old password is good until you have set a new one. Then all sessions end, and you sign in anew.</Text>
      <Button href={config.BASE_URL + urls.resetOpen({}, { token })}>Set a new password</Button>
      <Text>Or type this code where you asked for it:</Text>
      <Digits>{code}</Digits>
      <NotYou minutes={minutes} />
    </>
  ),
};

/** To somebody who is signed in and has nothing else to prove who it is. */
export const againMail: Template<Pick<Issued, "code">> = {
  name: "accounts.again",
  transactional: true,
  because: `somebody who is signed in to your account at ${config.SITE_NAME} asked for it`,
  subject: () => `Your code for ${config.SITE_NAME}`,
  preview: () => "To show that it is you.",
  example,
  Body: ({ code }) => (
    <>
      <Heading>Is it you?</Heading>
      <Text>Type this code on the page that asks for it:</Text>
      <Digits>{code}</Digits>
      <Small>
        It is good for {codeMinutes} minutes. If you did not ask for it, somebody else is signed in to your account:{" "}
        <Link href={config.BASE_URL + urls.accountSessions()}>end all sessions</Link> and set a new password.
      </Small>
    </>
  ),
};

function NotYou({ minutes }: { minutes: number }) {
  return (
    <Small>
      The link is good for {minutes} minutes, the code for {codeMinutes}. If you did not ask for it, there is nothing to
      do. Never tell the code to anybody: we do not ask for it.
    </Small>
  );
}
