import { model, readOnlyModel } from "#lib/admin.ts";
import { urls } from "#urls.ts";
import { roles, securityEvents, users } from "./schema.ts";

const ofUsers = model(users, {
  one: "account",
  many: "Accounts",
  about: "Facts about everybody who has an account. What is done with accounts is done on the pages of the staff.",
  title: "address",
  list: ["address", "name", "requiresSecondFactor", "bannedAt", "createdAt"],
  search: ["address", "name"],
  filters: ["requiresSecondFactor", "bannedAt", "deletionAt"],
  dates: "createdAt",
  order: "-createdAt",
  hidden: ["passwordHash", "handle", "totpSecret", "totpStep"],
  without: readOnlyModel,
  owner: "id",
  elsewhere: ({ id }) => ({ label: "To the page of this person", href: urls.staffPerson({ id: String(id) }) }),
});

const ofRoles = model(roles, {
  title: "name",
  list: ["name", "about", "createdAt"],
  order: "name",
  without: readOnlyModel,
  elsewhere: () => ({ label: "To the page of roles", href: urls.staffRoles() }),
});

const ofEvents = model(securityEvents, {
  one: "security event",
  title: "kind",
  list: ["at", "kind", "userId", "actorId", "ip", "country"],
  search: ["kind", "ip"],
  filters: ["kind", "userId"],
  dates: "at",
  order: "-at",
  without: readOnlyModel,
});

export const models = [ofUsers, ofRoles, ofEvents];
