import type { Template } from "#lib/mail/template.ts";
import { giftMail, giftReadyMail } from "./mails/gifts.tsx";
import { canceledMail, doubleMail, endedMail, pausedMail, welcomeMail } from "./mails/memberships.tsx";
import {
  cardExpiringMail,
  paymentFailedMail,
  receiptMail,
  refundMail,
  renewalMail,
  trialEndingMail,
} from "./mails/payments.tsx";

/** All mails about payments, in the order of a membership's life. */
export const mails: readonly Template<unknown>[] = [
  welcomeMail,
  receiptMail,
  trialEndingMail,
  renewalMail,
  cardExpiringMail,
  paymentFailedMail,
  pausedMail,
  canceledMail,
  endedMail,
  doubleMail,
  refundMail,
  giftMail,
  giftReadyMail,
];
