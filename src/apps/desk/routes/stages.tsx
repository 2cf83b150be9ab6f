import { z } from "zod";
import { listStages } from "#apps/editorial/manuscripts.ts";
import { addStage, editStage, listRoleMoves, removeStage, setRoleMoves } from "#apps/editorial/stages.ts";
import type { Answer, Reply, Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { urls } from "#urls.ts";
import { StagesPage } from "../views/stages.tsx";

const lines = z
  .string()
  .max(5000)
  .default("")
  .transform((text) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
const name = z.string().trim().min(1, "Give the stage a name.").max(60, "At most 60 characters.");
const id = z.coerce.number().int().positive();

const addition = z.object({ name, checklist: lines });
// One form of each stage and of each role: `what` says which.
const change = z.object({
  what: z.enum(["stage", "role"]),
  id,
  name: name.optional(),
  position: z.coerce.number().int().min(-1000).max(1000).default(0),
  checklist: lines,
  "moves[]": z.array(z.string().regex(/^\d{1,9}-\d{1,9}$/)),
});

/** The stages, and which role moves entries from where to where: data, edited here. */
export function stagesRoutes(router: Router): void {
  const managing = { access: "permission:desk.publish" } as const;

  router.get(urls.deskStages.pattern, managing, () => show());

  router.post(urls.deskStages.pattern, managing, async (request, reply) => {
    const { data, errors } = readForm(request, addition);
    const problem = data ? await addStage(request.viewer, data) : Object.values(errors)[0];
    return await answer(reply, problem);
  });

  router.put(urls.deskStages.pattern, managing, async (request, reply) => {
    const { data, errors } = readForm(request, change);
    if (data === undefined) return await answer(reply, Object.values(errors)[0]);
    if (data.what === "role") await setRoleMoves(request.viewer, data.id, data["moves[]"]);
    else if (data.name === undefined) return await answer(reply, "Give the stage a name.");
    else await editStage(request.viewer, data.id, { ...data, name: data.name });
    return await answer(reply, undefined);
  });

  router.delete(urls.deskStages.pattern, managing, async (request, reply) => {
    const { data } = readForm(request, z.object({ id }));
    return await answer(reply, await removeStage(request.viewer, data?.id ?? 0));
  });
}

async function answer(reply: Reply, problem: string | undefined): Promise<Answer> {
  if (problem === undefined) return reply.redirect(urls.deskStages(), 303);
  reply.code(422);
  return await show(problem);
}

async function show(problem?: string): Promise<Answer> {
  return <StagesPage stages={await listStages()} roles={await listRoleMoves()} problem={problem} />;
}
