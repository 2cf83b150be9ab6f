import { model, readOnlyModel } from "#lib/admin.ts";
import { teamInvitations, teamMembers, teams } from "./schema.ts";

export const models = [
  model(teams, {
    about: "Who pays for several. Their owners and managers look after them on their own pages.",
    title: "name",
    list: ["name", "seats", "subscriptionId", "entitlementId", "createdAt"],
    search: ["name"],
    order: "-createdAt",
    hidden: ["joinHash"],
    without: readOnlyModel,
  }),
  model(teamMembers, {
    many: "Team members",
    title: "role",
    list: ["teamId", "userId", "role", "hasSeat", "joinedAt"],
    filters: ["teamId", "role", "hasSeat"],
    order: "-joinedAt",
    without: readOnlyModel,
  }),
  model(teamInvitations, {
    many: "Team invitations",
    about: "Who was asked to take a seat and has not yet.",
    title: "address",
    list: ["address", "teamId", "role", "invitedBy", "createdAt", "expiresAt"],
    search: ["address"],
    filters: ["teamId", "expiresAt"],
    order: "-createdAt",
    hidden: ["tokenHash"],
    without: readOnlyModel,
  }),
];
