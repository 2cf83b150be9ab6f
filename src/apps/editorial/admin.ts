import { sql } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { credits } from "#apps/catalog/schema.ts";
import { model, readOnlyModel } from "#lib/admin.ts";
import { linkChecks, revisions } from "./schema.ts";

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

export const models = [ofRevisions, ofLinks];
