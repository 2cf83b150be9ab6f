import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { originOf } from "#apps/accounts/security-events.ts";
import { urls } from "#urls.ts";
import { countRows, mergeAccounts, sayWhyNotMerge } from "../merging.ts";
import { FindOtherPage, MergePage } from "../views/merge.tsx";
import { findPerson, getPerson } from "./asked.ts";

/** Two accounts of one person become one: first they are compared. */
export function mergeRoutes(router: Router): void {
  const merging = { access: "permission:people.merge", reauthenticate: true } as const;
  const query = z.object({ other: z.string().max(300).default("") });
  router.get(urls.staffPersonMerge.pattern, { ...merging, query }, async (request) => {
    const user = await getPerson(request.params);
    const asked = request.query.other;
    const other = asked === "" ? undefined : await findPerson(asked);
    if (other === undefined) {
      const errors: Record<string, string> = asked === "" ? {} : { other: "There is no such account." };
      return <FindOtherPage user={user} asked={asked} errors={errors} />;
    }
    const problem = await sayWhyNotMerge(request.viewer, user, other);
    return <MergePage user={user} other={other} rows={await countRows(user, other)} problem={problem} />;
  });

  const form = z.object({ other: z.string().default("") });
  router.post(urls.staffPersonMerge.pattern, merging, async (request, reply) => {
    const user = await getPerson(request.params);
    const { data } = readForm(request, form);
    const other = await getPerson({ id: data?.other ?? "" });
    const problem = await mergeAccounts(request.viewer, { kept: user, other }, originOf(request));
    if (problem === undefined) return reply.redirect(urls.staffPerson({ id: String(user.id) }), 303);
    reply.code(422);
    return <MergePage user={user} other={other} rows={await countRows(user, other)} problem={problem} />;
  });
}
