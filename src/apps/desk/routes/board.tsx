import { z } from "zod";
import { listMoves, listStaff, moveEntry } from "#apps/editorial/workflow.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { sameSitePath } from "#lib/url.ts";
import type { Viewer } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { listBoard, listCalendar, listChoices, type BoardFilter } from "../board.ts";
import { idIn } from "../ids.ts";
import { BoardPage } from "../views/board.tsx";
import { CalendarPage } from "../views/calendar.tsx";

// A form sends its empty fields too.
const word = z
  .string()
  .max(200)
  .optional()
  .transform((text) => (text === "" ? undefined : text));
const query = z.object({
  q: z.string().max(200).default(""),
  mine: word,
  kind: word,
  assignee: word,
  topic: word,
  stage: word,
});
const move = z.object({
  to: z.coerce.number().int(),
  note: z.string().trim().max(500).default(""),
  back: z.string().max(500).default(""),
});
const jsonMove = z.object({ to: z.int(), note: z.string().max(500).default("") });

/** All entries by stage, and by day. */
export function boardRoutes(router: Router): void {
  const opening = { access: "permission:desk.open" } as const;

  router.get(urls.desk.pattern, { ...opening, query }, (request) => showBoard(request.viewer, request.query));

  router.put(urls.deskStage.pattern, opening, async (request, reply) => {
    const entryId = idIn(request.params.id);
    if (!(request.body instanceof URLSearchParams)) return await moveByScript(request, reply, entryId);
    const { data } = readForm(request, move);
    if (data === undefined) throw new Refused(400);
    const problem = await moveEntry(request.viewer, entryId, data.to, data);
    const back = sameSitePath(data.back, urls.desk());
    if (problem === undefined) return reply.redirect(back, 303);
    reply.code(422);
    const asked = Object.fromEntries(new URLSearchParams(back.split("?")[1] ?? ""));
    return await showBoard(request.viewer, query.parse(asked), problem);
  });

  const month = z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional()
    .catch(undefined);
  router.get(urls.deskCalendar.pattern, { ...opening, query: z.object({ month }) }, async (request) => {
    const shown = request.query.month ?? new Date().toISOString().slice(0, 7);
    const days = daysShown(shown);
    return (
      <CalendarPage month={shown} days={days} items={await listCalendar(days[0] ?? "", dayAfter(days.at(-1) ?? ""))} />
    );
  });
}

async function showBoard(viewer: Viewer, asked: z.infer<typeof query>, problem?: string): Promise<Answer> {
  const { q, mine, kind, assignee, topic, stage } = asked;
  const assigneeId = assignee === undefined ? undefined : idIn(assignee);
  const filter: BoardFilter = { q: q.trim(), mine: mine !== undefined, kind, assigneeId, topic };
  const columns = await listBoard(viewer, filter);
  const first = columns.find((column) => column.total > 0) ?? columns[0];
  const shown = columns.find((column) => column.stage.slug === stage) ?? first;
  return (
    <BoardPage
      filter={filter}
      columns={columns}
      moves={await listMoves(viewer)}
      staff={await listStaff()}
      choices={await listChoices()}
      shown={shown?.stage.slug ?? ""}
      problem={problem}
    />
  );
}

async function moveByScript(request: Request<"/desk/:id/stage/">, reply: Reply, entryId: number): Promise<Answer> {
  const asked = jsonMove.safeParse(request.body);
  if (!asked.success) throw new Refused(400, "Say to which stage.");
  const problem = await moveEntry(request.viewer, entryId, asked.data.to, asked.data);
  if (problem !== undefined) reply.code(422);
  return reply.type("application/json; charset=utf-8").send(JSON.stringify({ problem: problem ?? null }));
}

// Whole weeks from Monday on, as a wall calendar has them.
function daysShown(month: string): string[] {
  const first = new Date(`${month}-01T00:00:00Z`);
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0));
  const lead = (first.getUTCDay() + 6) % 7;
  const count = Math.ceil((lead + last.getUTCDate()) / 7) * 7;
  return Array.from({ length: count }, (_, index) => dayOf(first.getTime() + (index - lead) * 86_400_000));
}

function dayAfter(day: string): string {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
