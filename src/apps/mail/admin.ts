import { model, readOnlyModel } from "#lib/admin.ts";
import { mailEvents, mailings, mailingRecipients, mailLists, messages, optOuts, suppressions } from "./schema.ts";

// What mails say is hidden: links in them open accounts.
const ofMessages = model(messages, {
  one: "mail",
  many: "Mail sent",
  title: "subject",
  list: ["subject", "address", "template", "state", "createdAt"],
  search: ["address", "subject"],
  filters: ["state", "template"],
  dates: "createdAt",
  order: "-createdAt",
  hidden: ["key", "html", "text", "headers"],
  without: readOnlyModel,
});

const ofSuppressions = model(suppressions, {
  one: "suppressed address",
  many: "Suppressed addresses",
  about: "Nothing is sent to these: they bounced, complained, or were put here by hand.",
  title: "address",
  list: ["address", "reason", "detail", "since"],
  search: ["address"],
  filters: ["reason"],
  dates: "since",
  order: "-since",
  without: ["change"],
});

const ofOptOuts = model(optOuts, {
  one: "departure",
  many: "Left lists",
  about: "Who has left which list; * is everything but what a reader needs to have.",
  title: "address",
  list: ["address", "list", "since"],
  search: ["address"],
  filters: ["list"],
  order: "-since",
  without: readOnlyModel,
});

const ofLists = model(mailLists, {
  one: "list",
  many: "Mail lists",
  title: "title",
  list: ["title", "name"],
  order: "title",
  without: ["add", "delete"],
  readOnly: ["name"],
});

const ofMailings = model(mailings, {
  one: "mailing",
  many: "Mailings",
  title: "subject",
  list: ["subject", "list", "candidates", "preparedAt", "finishedAt", "stoppedBecause"],
  search: ["subject"],
  filters: ["list", "stoppedBecause", "finishedAt"],
  dates: "preparedAt",
  order: "-preparedAt",
  hidden: ["key", "html", "text", "headers"],
  without: readOnlyModel,
});

const ofRecipients = model(mailingRecipients, {
  one: "recipient",
  many: "Recipients of mailings",
  title: "address",
  list: ["address", "mailingId", "state", "reason", "changedAt"],
  search: ["address"],
  filters: ["mailingId", "state"],
  without: readOnlyModel,
});

const ofEvents = model(mailEvents, {
  one: "delivery event",
  many: "Delivery events",
  title: "type",
  list: ["occurredAt", "type", "address", "reference", "detail"],
  search: ["address", "reference"],
  filters: ["type"],
  dates: "occurredAt",
  order: "-occurredAt",
  without: readOnlyModel,
});

export const models = [ofMessages, ofSuppressions, ofOptOuts, ofLists, ofMailings, ofRecipients, ofEvents];
