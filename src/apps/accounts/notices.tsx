import { Button, Heading, List, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import type { User } from "./schema.ts";
import { noOrigin, type Origin } from "./security-events.ts";
import { describeDevice } from "./user-agents.ts";

/** What the owner of an account hears of by mail, whoever did it. */
export const noticeKinds = {
  "new-device": {
    subject: "A sign-in from a new device",
    what: "Somebody signed in to your account in a browser that we had not seen before.",
  },
  "password-changed": {
    subject: "Your password was changed",
    what: "The password of your account was changed. All other sessions were ended.",
  },
  "password-removed": {
    subject: "Your password was removed",
    what: "You came by a link and connected an account elsewhere that has your address. As somebody else might have set the password, it is gone, and all other sessions were ended. You can set a new one.",
  },
  "address-changed": {
    subject: "Your mail address was changed",
    what: "Your account has another mail address now. All other sessions were ended.",
  },
  "second-factor-on": {
    subject: "Your second factor is on",
    what: "Signing in to your account asks for a second factor from now on.",
  },
  "second-factor-off": {
    subject: "Your second factor is off",
    what: "Signing in to your account asks for no second factor any more.",
  },
  "recovery-codes-made": {
    subject: "New recovery codes",
    what: "New recovery codes were made for your account. The old ones are no good any more.",
  },
  "recovery-code-used": {
    subject: "A recovery code was used",
    what: "Somebody signed in to your account with one of your recovery codes.",
  },
  "passkey-added": { subject: "A passkey was added", what: "A passkey was added to your account." },
  "passkey-removed": { subject: "A passkey was removed", what: "A passkey was removed from your account." },
  "identity-connected": {
    subject: "Another way to sign in",
    what: "An account elsewhere was connected to yours: whoever has it can sign in.",
  },
  "identity-disconnected": {
    subject: "One way less to sign in",
    what: "An account elsewhere was disconnected from yours.",
  },
  merged: {
    subject: "Two accounts became one",
    what: "As was asked for, two accounts were merged. Both were signed out.",
  },
  exported: {
    subject: "Your data was downloaded",
    what: "Everything that is kept about you was downloaded from your account.",
  },
  "roles-changed": { subject: "Your role was changed", what: "What you may do here was changed. Please sign in anew." },
} as const;
export type NoticeKind = keyof typeof noticeKinds;

interface Notice {
  kind: NoticeKind;
  at: string;
  place: string;
  device: string;
  detail: string;
}

export const notice: Template<Notice> = {
  name: "accounts.notice",
  transactional: true,
  because: "something changed that keeps your account safe",
  subject: ({ kind }) => noticeKinds[kind].subject,
  preview: ({ kind }) => noticeKinds[kind].what,
  example: {
    kind: "new-device",
    at: "27 November 2026, 09:12 UTC",
    place: "192.0.2.17 (NL)",
    device: "Firefox on Linux",
    detail: "",
  },
  Body: ({ kind, at, place, device, detail }) => (
    <>
      <Heading>{noticeKinds[kind].subject}</Heading>
      <Text>{noticeKinds[kind].what}</Text>
      <List items={[detail, at, device, place].filter((item) => item !== "")} />
      <Text>If that was you, there is nothing to do. If not, end all sessions and set a new password at once.</Text>
      <Button href={`${config.BASE_URL}${urls.accountSessions()}`}>Look at your sessions</Button>
    </>
  ),
};

/**
 * Tells the owner by mail, in the caller's transaction. `address` is where, when that is not the account's own. Of what
 * the staff did, or a command, the origin is `noOrigin`.
 */
export async function notifyOwner(
  user: Pick<User, "address" | "name" | "timeZone">,
  kind: NoticeKind,
  origin: Origin,
  { detail = "", address = user.address }: { detail?: string; address?: string } = {},
): Promise<void> {
  const place = [origin.ip, origin.country && `(${origin.country})`].filter(Boolean).join(" ");
  const at = new Intl.DateTimeFormat("en", {
    dateStyle: "long",
    timeStyle: "long",
    timeZone: user.timeZone,
  }).format(new Date());
  const device = origin === noOrigin ? "" : await describeDevice(origin.userAgent);
  await sendMail(notice, { address, name: user.name }, { kind, at, place, device, detail });
}
