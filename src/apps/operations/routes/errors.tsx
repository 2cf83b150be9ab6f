import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { urls } from "#urls.ts";
import { listAlerts } from "../alerts.ts";
import { listCheckStates } from "../check-states.ts";
import { errorStandings, findErrors, getError, reopenError, resolveError, type ErrorGroup } from "../errors/groups.ts";
import { ErrorPage, ErrorsPage } from "../views/errors.tsx";

/** What went wrong by kind, and what is wrong now. */
export function errorsRoutes(router: Router): void {
  const see = { access: "permission:operations.view" } as const;
  const query = z.object({ standing: z.enum(errorStandings).catch("open").default("open") });
  router.get(urls.staffErrors.pattern, { ...see, query }, async ({ query: { standing } }) => {
    const wrong = (await listCheckStates()).filter(({ problem }) => problem !== null);
    const told = (await listAlerts(20)).filter(({ kind }) => kind !== "news");
    return <ErrorsPage standing={standing} errors={await findErrors(standing)} wrong={wrong} told={told} />;
  });

  router.get(urls.staffError.pattern, see, async ({ params }) => (
    <ErrorPage error={await findError(params.fingerprint)} />
  ));

  const deed = z.object({ act: z.enum(["resolve", "reopen"]) });
  router.post(urls.staffError.pattern, { access: "permission:operations.manage" }, async (request, reply) => {
    const { data } = readForm(request, deed);
    if (data === undefined) throw new Refused(400);
    const { fingerprint } = await findError(request.params.fingerprint);
    await (data.act === "resolve" ? resolveError(fingerprint) : reopenError(fingerprint));
    return reply.redirect(data.act === "resolve" ? urls.staffErrors() : urls.staffError({ fingerprint }), 303);
  });
}

async function findError(fingerprint: string): Promise<ErrorGroup> {
  if (!/^[0-9a-f]{16}$/.test(fingerprint)) throw new NotFound("There is no such error.");
  const [found] = [await getError(fingerprint).catch(() => undefined)];
  if (found === undefined) throw new NotFound("There is no such error.");
  return found;
}
