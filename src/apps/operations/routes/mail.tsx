import { z } from "zod";
import { recordChanges } from "#apps/admin/history.ts";
import { resumeMailing, settleMailing, settleMessage, verdicts } from "#apps/mail/deciding.ts";
import {
  countMessages,
  countMessagesByDay,
  findSuppressions,
  listMailings,
  listTroubles,
} from "#apps/mail/overview.ts";
import { unsuppress } from "#apps/mail/suppressions.ts";
import { mailTransport } from "#apps/mail/transport.ts";
import type { Request, Router } from "#lib/app.ts";
import { atomic } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { may } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { MailPage, shownDays } from "../views/mail.tsx";

const shown = 50;

/** What mail was sent, waits, was refused or is in doubt; and who gets none. */
export function mailRoutes(router: Router): void {
  const query = z.object({
    q: z.string().max(200).catch("").default(""),
    done: z.string().max(20).optional().catch(undefined),
  });
  router.get(urls.staffMail.pattern, { access: "permission:operations.view", query }, async (request) => {
    const { q, done } = request.query;
    // Addresses are of people, and not everybody who minds the site may see those.
    const seesPeople = may(request.viewer, "people.view");
    return (
      <MailPage
        q={q.trim()}
        done={done}
        seesPeople={seesPeople}
        transport={mailTransport().name}
        states={await countMessages(shownDays)}
        days={await countMessagesByDay(shownDays)}
        doubts={await listTroubles(["unknown"], shown)}
        refused={await listTroubles(["refused"], 10)}
        waiting={await listTroubles(["queued", "sending"], 10)}
        mailings={await listMailings(10)}
        suppressed={await findSuppressions(seesPeople ? q.trim() : "", seesPeople ? shown : 0)}
      />
    );
  });

  const id = z.coerce.number().int().positive().max(2_147_483_647);
  const deed = z.object({
    act: z.enum(["release", "settle", "settle-mailing", "resume"]),
    id: id.optional(),
    address: z.string().max(320).optional(),
    verdict: z.enum(verdicts).optional(),
  });
  router.post(urls.staffMail.pattern, { access: "permission:operations.manage" }, async (request, reply) => {
    const { data } = readForm(request, deed);
    if (data === undefined) throw new Refused(400);
    try {
      await atomic(() => act(request, data));
    } catch (error) {
      if (error instanceof UserError) throw new Refused(409, error.message);
      throw error;
    }
    return reply.redirect(urls.staffMail({}, { done: data.act }), 303);
  });

  async function act(request: Request, { act, id, address, verdict }: z.output<typeof deed>): Promise<void> {
    if (act === "release" && address !== undefined) {
      if (!may(request.viewer, "people.view")) throw new Refused(403);
      if (await unsuppress(address)) await keep(request, "mail_suppressions", address, "released");
    } else if (act === "resume" && id !== undefined) {
      await resumeMailing(id);
      await keep(request, "mail_mailings", String(id), "resumed");
    } else if (id !== undefined && verdict !== undefined) {
      const isMessage = act === "settle";
      const count = isMessage ? Number(await settleMessage(id, verdict)) : await settleMailing(id, verdict);
      if (count === 0) throw new UserError("Somebody has decided about this already.");
      const word = verdict === "queued" ? "sent once more" : "left as sent";
      await keep(request, isMessage ? "mail_messages" : "mail_mailings", String(id), word);
    } else throw new Refused(400);
  }
}

async function keep(request: Request, model: string, key: string, action: string): Promise<void> {
  await recordChanges(request, [{ model, key: encodeURIComponent(key), title: key, action, before: {}, after: {} }]);
}
