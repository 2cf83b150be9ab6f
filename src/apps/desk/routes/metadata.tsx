import { z } from "zod";
import { changeMetadata } from "#apps/editorial/metadata.ts";
import type { Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { urls } from "#urls.ts";
import { listChosen, listForMetadata, listMetadataChoices, mostAtOnce, readChanges } from "../metadata.ts";
import { ConfirmPage, MetadataPage } from "../views/metadata.tsx";

const word = z.string().max(200).default("");
const query = z.object({ q: word, topic: word });
const form = z.object({
  "id[]": z.array(z.coerce.number().int().positive().max(2_000_000_000)).max(mostAtOnce),
  level: word,
  access: word,
  add: word,
  drop: word,
  author: word,
  confirmed: word,
});

/** What is said of several entries at once: first it is shown what would change, then it does. */
export function metadataRoutes(router: Router): void {
  const managing = { access: "permission:desk.publish" } as const;

  router.get(urls.deskMetadata.pattern, { ...managing, query }, async ({ query: asked }) => {
    const rows = await listForMetadata({ q: asked.q.trim(), topic: asked.topic || undefined });
    return <MetadataPage rows={rows} choices={await listMetadataChoices()} asked={asked} />;
  });

  router.post(urls.deskMetadata.pattern, managing, async (request, reply) => {
    const choices = await listMetadataChoices();
    const { data } = readForm(request, form);
    const wanted = data && readChanges(data, choices);
    if (data === undefined || wanted === undefined || data["id[]"].length === 0 || wanted.words.length === 0) {
      reply.code(422);
      const asked = { q: "", topic: "" };
      const problem = "Choose entries, and what becomes of them.";
      return (
        <MetadataPage rows={await listForMetadata({ q: "", topic: undefined })} {...{ choices, asked, problem }} />
      );
    }
    const ids = data["id[]"];
    if (data.confirmed !== "yes")
      return <ConfirmPage rows={await listChosen(ids)} words={wanted.words} fields={data} />;
    await changeMetadata(request.viewer, ids, wanted.changes, wanted.words.join(", "));
    return reply.redirect(urls.deskMetadata(), 303);
  });
}
