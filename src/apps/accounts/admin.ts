import { model, readOnlyModel } from "#lib/admin.ts";
import { urls } from "#urls.ts";
import { devices, identities, passkeys, roles, securityEvents, sessions, users } from "./schema.ts";

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

const ofSessions = model(sessions, {
  about: "Who is signed in where. Sessions are ended on the page of their person.",
  title: "userAgent",
  list: ["userId", "method", "hasSecondFactor", "lastSeenAt", "ip", "country"],
  search: ["ip", "userAgent"],
  filters: ["method", "hasSecondFactor", "userId"],
  dates: "lastSeenAt",
  order: "-lastSeenAt",
  hidden: ["tokenHash"],
  without: readOnlyModel,
});

const ofDevices = model(devices, {
  about: "Browsers in which somebody has signed in.",
  title: "userAgent",
  list: ["userId", "userAgent", "lastSeenAt", "createdAt"],
  search: ["userAgent"],
  filters: ["userId"],
  dates: "lastSeenAt",
  order: "-lastSeenAt",
  hidden: ["tokenHash"],
  without: readOnlyModel,
});

const ofIdentities = model(identities, {
  one: "identity",
  many: "Identities",
  about: "Accounts elsewhere that sign in to accounts here.",
  title: "issuer",
  list: ["userId", "issuer", "address", "lastUsedAt", "createdAt"],
  search: ["issuer", "address"],
  filters: ["userId"],
  dates: "createdAt",
  order: "-createdAt",
  without: readOnlyModel,
});

const ofPasskeys = model(passkeys, {
  title: "name",
  list: ["userId", "name", "isBackedUp", "lastUsedAt", "createdAt"],
  search: ["name"],
  filters: ["userId", "isBackedUp"],
  dates: "createdAt",
  order: "-createdAt",
  hidden: ["credentialId", "publicKey", "counter"],
  without: readOnlyModel,
});

export const models = [ofUsers, ofRoles, ofEvents, ofSessions, ofDevices, ofIdentities, ofPasskeys];
