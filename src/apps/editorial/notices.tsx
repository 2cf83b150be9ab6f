import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { entries } from "#apps/catalog/schema.ts";
import { sendMail } from "#apps/mail/sending.ts";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { Button, Heading, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import type { DeskEntry } from "./manuscripts.ts";
import { manuscripts, stages } from "./schema.ts";

interface DeskNotice {
  kind: "assigned" | "moved" | "due";
  entryId: number;
  title: string;
  stage: string;
  dueOn: string | null;
  by: string;
  note: string;
}

const subjects: Record<DeskNotice["kind"], (notice: DeskNotice) => string> = {
  assigned: ({ title }) => `Yours to do: ${title}`,
  moved: ({ title, stage }) => `${stage}: ${title}`,
  due: ({ title }) => `Due tomorrow: ${title}`,
};

const sentences: Record<DeskNotice["kind"], (notice: DeskNotice) => string> = {
  assigned: ({ by, title }) => `${by} has put "${title}" into your hands.`,
  moved: ({ by, title, stage }) => `${by} has moved "${title}", which is in your hands, to ${stage}.`,
  due: ({ title }) => `"${title}" is in your hands, and is due tomorrow.`,
};

/** To somebody in whose hands an entry is: when it gets there, moves on, or is due tomorrow. */
export const deskNoticeMail: Template<DeskNotice> = {
  name: "editorial.notice",
  transactional: false,
  list: { name: "desk", title: "notices of what is in your hands on the desk" },
  subject: (notice) => subjects[notice.kind](notice),
  preview: (notice) => sentences[notice.kind](notice),
  example: {
    kind: "assigned",
    entryId: 1,
    title: "Decorators without tears",
    stage: "Technical review",
    dueOn: "2026-12-04",
    by: "Otto Brandt",
    note: "",
  },
  Body: (notice) => (
    <>
      <Heading>{notice.title}</Heading>
      <Text>{sentences[notice.kind](notice)}</Text>
      {notice.note === "" ? null : <Text>“{notice.note}”</Text>}
      <Text>
        It is in {notice.stage}
        {notice.dueOn === null ? "." : `, and due on ${notice.dueOn}.`}
      </Text>
      <Button href={config.BASE_URL + urls.deskEntry({ id: String(notice.entryId) })}>Open it on the desk</Button>
    </>
  ),
};

/** Tells somebody by mail what happened to an entry that is in their hands, unless they did it themselves. */
export async function tellAssignee(
  { entry, manuscript }: DeskEntry,
  assigneeId: number | null,
  { kind, stage, note, by }: Pick<DeskNotice, "kind" | "stage" | "note"> & { by: Viewer },
): Promise<void> {
  if (assigneeId === null || assigneeId === by.id) return;
  const [user] = await db.select().from(users).where(eq(users.id, assigneeId));
  if (user === undefined) return;
  const { title, id: entryId } = entry;
  const notice = { kind, entryId, title, stage, note, dueOn: manuscript.dueOn, by: by.name ?? "Somebody" };
  await sendMail(deskNoticeMail, user, notice);
}

/** Reminds those in whose hands something is that is due on the day after this one, once. */
export async function remindDue(today: Date): Promise<void> {
  const tomorrow = new Date(today.getTime() + 86_400_000).toISOString().slice(0, 10);
  const rows = await db
    .select({ entryId: entries.id, title: entries.title, stage: stages.name, user: users })
    .from(manuscripts)
    .innerJoin(entries, eq(entries.id, manuscripts.entryId))
    .innerJoin(stages, eq(stages.id, manuscripts.stageId))
    .innerJoin(users, and(eq(users.id, manuscripts.assigneeId), isNull(users.bannedAt)))
    .where(and(isNotNull(manuscripts.dueOn), eq(manuscripts.dueOn, sql`${tomorrow}::date`)));
  for (const { user, entryId, ...row } of rows) {
    const notice = { ...row, entryId, kind: "due", dueOn: tomorrow, by: "", note: "" } as const;
    await sendMail(deskNoticeMail, user, notice, { key: `desk due ${entryId} ${user.id} ${tomorrow}` });
  }
}
