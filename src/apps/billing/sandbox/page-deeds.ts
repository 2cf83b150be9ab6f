import { ProviderError } from "../provider.ts";
import { cancel, changeCard, decideDispute, dispute, pause, refund, resume } from "./deeds.ts";
import type { SandboxAdjustment, SandboxSubscription, SandboxTransaction } from "./objects.ts";
import { inWorld, type World } from "./world.ts";

/** What can be done with the sandbox's things on its page. */
export const deeds = [
  "decline",
  "expire",
  "mend",
  "cancel",
  "cancel-now",
  "pause",
  "resume",
  "refund",
  "dispute",
  "win",
  "lose",
] as const;
export type Deed = (typeof deeds)[number];

/** Does it; throws a ProviderError when it cannot be done with such a thing, or not now. */
export async function doDeed(
  object: SandboxSubscription | SandboxTransaction | SandboxAdjustment,
  deed: Deed,
): Promise<void> {
  const { id, customer, kind } = object;
  const acts: Readonly<Partial<Record<Deed, (world: World) => unknown>>> = {
    subscription: {
      decline: (world: World) => changeCard(world, customer, "declined"),
      expire: (world: World) => changeCard(world, customer, "expiring"),
      mend: (world: World) => changeCard(world, customer, "good"),
      cancel: (world: World) => cancel(world, id, "periodEnd"),
      "cancel-now": (world: World) => cancel(world, id, "now"),
      pause: (world: World) => pause(world, id, undefined),
      resume: (world: World) => resume(world, id),
    },
    transaction: {
      refund: (world: World) => refund(world, id, undefined, "Asked for"),
      dispute: (world: World) => dispute(world, id),
    },
    adjustment: {
      win: (world: World) => decideDispute(world, id, true),
      lose: (world: World) => decideDispute(world, id, false),
    },
  }[kind];
  const act = acts[deed];
  if (act === undefined) throw new ProviderError("refused", "That cannot be done with this.");
  await inWorld([customer], act);
}
