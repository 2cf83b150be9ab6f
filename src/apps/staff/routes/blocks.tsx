import { z } from "zod";
import { originOf } from "#apps/accounts/security-events.ts";
import type { Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { urls } from "#urls.ts";
import { addBlock, listBlocks, removeBlock } from "../blocks.ts";
import { isId } from "../people.ts";
import { blockKinds } from "../schema.ts";
import { BlocksPage, spans, type Span } from "../views/blocks.tsx";

const query = z.object({
  kind: z.enum(blockKinds).optional().catch(undefined),
  value: z.string().max(200).optional().catch(undefined),
});
const form = z.object({
  kind: z.enum(blockKinds, "Choose what is turned away."),
  value: z.string().trim().min(1, "Say who is turned away.").max(200, "At most 200 characters."),
  reason: z.string().trim().min(1, "Say why, for who reads this later.").max(200, "At most 200 characters."),
  span: z.enum(Object.keys(spans).filter(isSpan), "Choose how long."),
});

/** Who is turned away at the door. */
export function blocksRoutes(router: Router): void {
  const managing = { access: "permission:blocks.manage" } as const;

  router.get(urls.staffBlocks.pattern, { ...managing, query }, async (request) => {
    const { kind = "address", value = "" } = request.query;
    return <BlocksPage blocks={await listBlocks()} values={{ kind, value }} />;
  });

  router.post(urls.staffBlocks.pattern, { ...managing, reauthenticate: true }, async (request, reply) => {
    const { data, errors, values } = readForm(request, form);
    const by = { userId: request.viewer.id, origin: originOf(request) };
    const problem = data && (await addBlock({ ...data, expiresAt: endOf(data.span) }, by));
    if (data !== undefined && problem === undefined) return reply.redirect(urls.staffBlocks(), 303);
    reply.code(422);
    const chosen = errors.kind ?? errors.span;
    const shown = { ...errors, ...(problem && { value: problem }), ...(chosen && { "": chosen }) };
    return <BlocksPage blocks={await listBlocks()} values={values} errors={shown} />;
  });

  router.delete(urls.staffBlock.pattern, { ...managing, reauthenticate: true }, async (request, reply) => {
    const { id } = request.params;
    await removeBlock(isId(id) ? Number(id) : 0, { userId: request.viewer.id, origin: originOf(request) });
    return reply.redirect(urls.staffBlocks(), 303);
  });
}

function endOf(span: Span): Date | null {
  const { hours } = spans[span];
  return hours === undefined ? null : new Date(Date.now() + hours * 3_600_000);
}

function isSpan(name: string): name is Span {
  return Object.hasOwn(spans, name);
}
