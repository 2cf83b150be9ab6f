import { sendMail } from "#apps/mail/sending.ts";
import { config } from "#config.ts";
import { postToSlack } from "../tasks.ts";
import { alertMail, type AlertMessage } from "../views/alert-mail.tsx";

/** Asks for a message to every destination that is set, in the caller's transaction: each is sent for itself. */
export async function deliver(message: AlertMessage, key: string): Promise<void> {
  if (config.SLACK_URL !== undefined) await postToSlack.later(message);
  for (const address of config.ALERT_MAIL) {
    await sendMail(alertMail, { address }, message, { key: `alert ${key} ${address}` });
  }
}
