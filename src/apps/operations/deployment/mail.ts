import { isElsewhere, isReserved } from "./hosts.ts";
import type { Question } from "./question.ts";

/** How mail leaves. */
export const mail: readonly Question[] = [
  {
    name: "mail leaves",
    ask: ({ config }) =>
      config.MAIL_URL === undefined
        ? "MAIL_URL is not set, so nobody gets a link to sign in: set it to smtp://user:password@host:587 or sendgrid://KEY."
        : undefined,
  },
  {
    name: "mail is encrypted on the way",
    ask: ({ config }) => {
      const url = URL.parse(config.MAIL_URL ?? "");
      // With a user the connection is encrypted, or nothing is sent.
      if (url?.protocol !== "smtp:" || url.username !== "" || !isElsewhere(url.hostname)) return undefined;
      return `Mail goes to ${url.hostname} in the clear, links to sign in with it: set MAIL_URL to smtps://…:465, or give it a user and password.`;
    },
  },
  {
    name: "mail has a sender",
    ask: ({ config, given }) => {
      if (config.MAIL_URL === undefined) return undefined;
      if (!given.has("MAIL_FROM")) {
        return "MAIL_FROM is not set: set it to an address that your provider may send for, such as Lectern <mail@learn.example.org>.";
      }
      const host = /@([^@>]+)>?$/.exec(config.MAIL_FROM ?? "")?.[1] ?? "";
      return isReserved(host) || !host.includes(".")
        ? `MAIL_FROM is an address at ${host}, from which nobody takes mail: set it to one of your own domain.`
        : undefined;
    },
  },
  {
    name: "bounces come back",
    ask: ({ config }) =>
      config.MAIL_URL?.startsWith("sendgrid:") === true && config.MAIL_WEBHOOK_KEY === undefined
        ? "MAIL_WEBHOOK_KEY is not set, so mail to addresses that bounce or complain goes on until SendGrid closes the account: set it to the key of the Event Webhook."
        : undefined,
  },
];
