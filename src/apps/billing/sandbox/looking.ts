import { and, desc, eq, inArray, isNotNull, max } from "drizzle-orm";
import { db } from "#lib/db.ts";
import { paymentEvents, type PaymentEvent } from "../schema.ts";
import {
  isTold,
  type SandboxAdjustment,
  type SandboxCustomer,
  type SandboxSubscription,
  type SandboxTransaction,
} from "./objects.ts";
import { leftOf } from "./deeds.ts";
import { inWorld, listIn, type World } from "./world.ts";

/** All that the sandbox's page shows of somebody. */
export interface Scene {
  subscriptions: { subscription: SandboxSubscription; customer: SandboxCustomer; payments: SandboxTransaction[] }[];
  /** The newest first. */
  payments: Payment[];
  events: ToldEvent[];
  /** Whether something was told that the site has not heard yet. */
  isUnderWay: boolean;
}

export interface Payment {
  transaction: SandboxTransaction;
  adjustments: SandboxAdjustment[];
  /** What was not given back. */
  left: number;
}

export type ToldEvent = Pick<PaymentEvent, "id" | "kind" | "objectId" | "receivedAt" | "outcome" | "explanation">;

const shownEvents = 40;

export async function look(customers: readonly string[]): Promise<Scene> {
  const { heard, ...scene } = await inWorld(customers, (world) => ({ ...sceneOf(world), heard: lastMoments(world) }));
  const ids = [...heard.keys()];
  const events = await listEvents(ids);
  return { ...scene, events, isUnderWay: await isUnderWay(heard) };
}

function sceneOf(world: World): Pick<Scene, "subscriptions" | "payments"> {
  const transactions = listIn(world, "transaction");
  const adjustments = listIn(world, "adjustment");
  const customers = new Map(listIn(world, "customer").map((customer) => [customer.id, customer]));
  return {
    subscriptions: listIn(world, "subscription")
      .toReversed()
      .flatMap((subscription) => {
        const customer = customers.get(subscription.customer);
        const payments = transactions.filter((each) => each.subscription === subscription.id);
        return customer === undefined ? [] : [{ subscription, customer, payments }];
      }),
    payments: transactions
      .toSorted((one, other) => other.billedAt.getTime() - one.billedAt.getTime())
      .map((transaction) => ({
        transaction,
        adjustments: adjustments.filter((each) => each.transaction === transaction.id),
        left: leftOf(world, transaction),
      })),
  };
}

function lastMoments(world: World): Map<string, Date> {
  return new Map(
    [...world.objects.values()].flatMap((object) => (isTold(object) ? [[object.id, object.occurredAt] as const] : [])),
  );
}

async function listEvents(ids: readonly string[]): Promise<ToldEvent[]> {
  const { id, kind, objectId, receivedAt, outcome, explanation } = paymentEvents;
  return db
    .select({ id, kind, objectId, receivedAt, outcome, explanation })
    .from(paymentEvents)
    .where(ofOurs(ids))
    .orderBy(desc(paymentEvents.id))
    .limit(shownEvents);
}

async function isUnderWay(told: ReadonlyMap<string, Date>): Promise<boolean> {
  const rows = await db
    .select({ id: paymentEvents.objectId, at: max(paymentEvents.occurredAt) })
    .from(paymentEvents)
    .where(and(ofOurs([...told.keys()]), isNotNull(paymentEvents.processedAt)))
    .groupBy(paymentEvents.objectId);
  const heard = new Map(rows.map(({ id, at }) => [id, at]));
  return [...told].some(([id, at]) => at > (heard.get(id) ?? new Date(0)));
}

function ofOurs(ids: readonly string[]) {
  return and(eq(paymentEvents.provider, "sandbox"), inArray(paymentEvents.objectId, [...ids]));
}
