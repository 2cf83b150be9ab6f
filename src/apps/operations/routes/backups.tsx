import { z } from "zod";
import { recordChanges } from "#apps/admin/history.ts";
import { config } from "#config.ts";
import type { Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { findHold } from "#lib/jobs/hold.ts";
import { knownTasks } from "#lib/jobs.ts";
import { listJobs } from "#lib/jobs/listing.ts";
import { runNow } from "#lib/jobs/schedules.ts";
import { urls } from "#urls.ts";
import { backUpNightly, verifyOnce } from "../backup-tasks.ts";
import { findBackup, listBackups, openBackup, sayWhetherBackedUp, type Backup } from "../backups.ts";
import { BackupsPage } from "../views/backups.tsx";

/** What could be restored if all were lost: seen by who may see how the site does, taken away by few. */
export function backupsRoutes(router: Router): void {
  const manage = { access: "permission:operations.manage" } as const;

  const query = z.object({ done: z.string().max(20).optional().catch(undefined) });
  router.get(urls.staffBackups.pattern, { access: "permission:operations.view", query }, async (request) => (
    <BackupsPage
      done={request.query.done}
      backups={await listBackups()}
      problem={await sayWhetherBackedUp()}
      hold={await findHold()}
      isUnderWay={await isUnderWay()}
      keep={config.BACKUP_KEEP}
      place={placeOf(config.BACKUP_URL)}
      isEncrypted={config.BACKUP_KEY !== undefined}
    />
  ));

  router.post(urls.staffBackups.pattern, manage, async (_request, reply) => {
    const asked = await runNow(knownTasks(), backUpNightly.name);
    return reply.redirect(urls.staffBackups({}, { done: asked === undefined ? "under-way" : "asked" }), 303);
  });

  const deed = z.object({ act: z.enum(["verify"]) });
  router.post(urls.staffBackup.pattern, manage, async (request, reply) => {
    if (readForm(request, deed).data === undefined) throw new Refused(400);
    const { id } = await getBackup(request.params.backup);
    const asked = await verifyOnce.later({ backupId: id });
    return reply.redirect(urls.staffBackups({}, { done: asked === undefined ? "under-way" : "verifying" }), 303);
  });

  router.post(
    urls.staffBackupFile.pattern,
    { access: "permission:backups.download", reauthenticate: true },
    async (request, reply) => {
      const backup = await getBackup(request.params.backup);
      if (backup.finishedAt === null) throw new NotFound("There is no such backup.");
      await keep(request, backup);
      reply.type("application/octet-stream").header("content-disposition", `attachment; filename="${backup.name}"`);
      if (backup.sizeBytes !== null) reply.header("content-length", backup.sizeBytes);
      return await reply.send(openBackup(backup));
    },
  );
}

async function getBackup(text: string): Promise<Backup> {
  const backup = /^\d{1,9}$/.test(text) ? await findBackup(Number(text)) : undefined;
  if (backup === undefined) throw new NotFound("There is no such backup.");
  return backup;
}

async function isUnderWay(): Promise<boolean> {
  const jobs = await listJobs({ task: backUpNightly.name, limit: 5 });
  return jobs.some(({ standing }) => standing === "waiting" || standing === "running");
}

async function keep(request: Request, { id, name }: Backup): Promise<void> {
  const change = { model: "backups", key: String(id), title: name, action: "downloaded", before: {}, after: {} };
  await recordChanges(request, [change]);
}

/** Where they lie, without what opens it. */
function placeOf(url: string): string {
  const parsed = url.startsWith("s3") ? URL.parse(url) : null;
  return parsed === null ? url : `${parsed.host}${parsed.pathname}`;
}
