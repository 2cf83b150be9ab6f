import { and, eq, isNull } from "drizzle-orm";
import { profiles } from "#apps/accounts/schema.ts";
import { credits } from "#apps/catalog/schema.ts";
import { countFindings } from "#apps/editorial/linting.ts";
import { getDeskEntry, listHistory, listStages } from "#apps/editorial/manuscripts.ts";
import { listPreviewLinks } from "#apps/editorial/previews.ts";
import { remarks } from "#apps/editorial/schema.ts";
import { listVersions, mayWrite } from "#apps/editorial/versions.ts";
import { hasHand, listApprovals, listChecklist, listMoves, listStaff, sayWhyNotIn } from "#apps/editorial/workflow.ts";
import { db } from "#lib/db.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import type { EntryFacts } from "./views/entry.tsx";

/** Everything that the page of an entry on the desk shows. Throws NotFound. */
export async function getEntryFacts(viewer: Viewer, entryId: number): Promise<EntryFacts> {
  const desk = await getDeskEntry(entryId);
  const { entry, manuscript, stage } = desk;
  const standing = { publishedAt: entry.publishedAt, scheduledAt: manuscript.scheduledAt };
  const isHand = await hasHand(viewer, entryId);
  const reachable = isHand ? ((await listMoves(viewer)).get(stage.id) ?? []) : [];
  const moves = (await listStages()).filter(
    (to) => reachable.includes(to.id) && sayWhyNotIn(to, standing) === undefined,
  );
  const canWrite = await mayWrite(viewer, entryId);
  return {
    desk,
    versions: await listVersions(entryId),
    checklist: await listChecklist(desk),
    approvals: await listApprovals(entryId),
    history: await listHistory(entryId),
    links: canWrite ? await listPreviewLinks(entryId) : [],
    team: await listTeam(entryId),
    staff: await listStaff(),
    moves,
    findings: (await countFindings([entryId])).get(entryId) ?? { error: 0, warning: 0, hint: 0 },
    remarks: await db.$count(
      remarks,
      and(eq(remarks.entryId, entryId), eq(remarks.state, "open"), isNull(remarks.parentId)),
    ),
    may: { write: canWrite, move: isHand, review: may(viewer, "desk.review"), publish: may(viewer, "desk.publish") },
  };
}

async function listTeam(entryId: number): Promise<{ name: string; role: string }[]> {
  return await db
    .select({ name: profiles.name, role: credits.role })
    .from(credits)
    .innerJoin(profiles, eq(profiles.id, credits.profileId))
    .where(eq(credits.entryId, entryId))
    .orderBy(credits.position);
}
