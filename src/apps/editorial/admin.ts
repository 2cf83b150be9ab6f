import { sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { credits } from "#apps/catalog/schema.ts";
import { model, readOnlyModel } from "#lib/admin.ts";
import {
  checkmarks,
  deskEvents,
  findings,
  linkChecks,
  manuscripts,
  previewLinks,
  remarks,
  revisions,
  stageMoves,
  stages,
} from "./schema.ts";

const ofRevisions = model(revisions, {
  about: "Every saved text of an entry. None is ever changed.",
  title: "note",
  list: ["note", "entryId", "number", "createdAt"],
  search: ["note"],
  filters: ["entryId"],
  dates: "createdAt",
  order: "-createdAt",
  long: ["source"],
  without: readOnlyModel,
  owner: {
    isOwn: (accountId) => sql`exists (select from ${credits} c join ${profiles} p on p.id = c.profile_id
      where c.entry_id = ${revisions}.entry_id and c.role = 'author' and p.user_id = ${accountId})`,
    claim: async () => undefined,
  },
});

const ofLinks = model(linkChecks, {
  one: "checked link",
  many: "Checked links",
  about: "What the last look at an address found to which published text links.",
  title: "url",
  list: ["url", "problem", "brokenSince", "checkedAt"],
  search: ["url", "problem"],
  filters: ["problem", "brokenSince"],
  order: "-brokenSince",
  without: readOnlyModel,
});

const ofStages = model(stages, {
  about: "What entries go through. Stages are made and changed at the desk.",
  title: "name",
  list: ["name", "slug", "position", "checklist"],
  order: "position",
  without: readOnlyModel,
});

const ofMoves = model(stageMoves, {
  one: "move",
  about: "Which role may move an entry from where to where.",
  title: "roleId",
  list: ["roleId", "fromId", "toId"],
  filters: ["roleId", "fromId", "toId"],
  without: readOnlyModel,
});

const ofManuscripts = model(manuscripts, {
  about: "Where entries stand on the desk.",
  title: "entryId",
  list: ["entryId", "stageId", "assigneeId", "dueOn", "scheduledAt", "changedAt"],
  filters: ["stageId", "assigneeId"],
  dates: "changedAt",
  order: "-changedAt",
  without: readOnlyModel,
});

const ofDeskEvents = model(deskEvents, {
  one: "event of the desk",
  many: "Events of the desk",
  title: "kind",
  list: ["at", "kind", "entryId", "actorId"],
  filters: ["kind", "actorId", "entryId"],
  dates: "at",
  order: "-at",
  without: readOnlyModel,
});

const ofCheckmarks = model(checkmarks, {
  title: "item",
  list: ["entryId", "stageId", "item", "userId", "at"],
  filters: ["stageId", "userId"],
  dates: "at",
  order: "-at",
  without: readOnlyModel,
});

const ofRemarks = model(remarks, {
  about: "What reviewers say of places in texts.",
  title: "body",
  list: ["body", "entryId", "authorId", "state", "createdAt"],
  search: ["body", "quote"],
  filters: ["state", "authorId"],
  dates: "createdAt",
  order: "-createdAt",
  long: ["body", "quote", "suggestion"],
  without: readOnlyModel,
});

const ofPreviews = model(previewLinks, {
  one: "preview link",
  title: "entryId",
  list: ["entryId", "number", "createdBy", "createdAt", "expiresAt"],
  filters: ["createdBy"],
  dates: "createdAt",
  order: "-createdAt",
  hidden: ["tokenHash"],
  without: readOnlyModel,
});

const ofFindings = model(findings, {
  one: "finding",
  many: "Findings of the linter",
  title: "message",
  list: ["message", "rule", "severity", "entryId", "line"],
  search: ["message", "rule"],
  filters: ["severity"],
  without: readOnlyModel,
});

export const models = [
  ofRevisions,
  ofLinks,
  ofStages,
  ofMoves,
  ofManuscripts,
  ofDeskEvents,
  ofCheckmarks,
  ofRemarks,
  ofPreviews,
  ofFindings,
];
