import { createHmac, randomUUID } from "node:crypto";
import { Refused } from "#lib/http/problems.ts";
import type { Card } from "../card.ts";
import type { Fact } from "../facts.ts";
import type { ProviderName } from "../names.ts";
import { ProviderError, type Provider } from "../provider.ts";

/** A provider for tests that does nothing by itself: its things are as it is told, and events are what is signed here. */
export interface FakeProvider extends Provider {
  /** How its things are now, by their names. */
  things: Map<string, Fact>;
  /** What it was asked to do. */
  asked: string[];
  isDown: boolean;
  /** The card of every subscription. */
  paidWith: Card | undefined;
  /** What happens while it is asked. */
  meanwhile: (() => Promise<void>) | undefined;
  /** What follows when it is asked to do something. */
  whenAsked: (what: string) => readonly Fact[];
}

export function fakeProvider({
  name = "paddle",
  isLive = false,
}: { name?: ProviderName; isLive?: boolean } = {}): FakeProvider {
  const things = new Map<string, Fact>();
  const asked: string[] = [];
  const provider: FakeProvider = {
    name,
    label: "Fake",
    isLive,
    isDown: false,
    paidWith: undefined,
    meanwhile: undefined,
    whenAsked: () => [],
    things,
    asked,
    verify(body, headers) {
      if (headers["fake-signature"] !== signatureOf(body)) throw new Refused(401, "This is not signed.");
      const { id, kind, fact } = parse(body.toString());
      return { id, kind, objectId: fact?.id ?? "", occurredAt: fact?.occurredAt ?? new Date(0) };
    },
    read(body) {
      const { kind, fact, refused } = parse(body);
      if (refused !== undefined) return { refused };
      return fact === undefined ? { nothing: `Nothing follows from ${kind}.` } : { facts: [fact] };
    },
    async *list() {
      await ask("list");
      yield* things.values();
    },
    async find(kind, id) {
      await ask(`find ${kind} ${id}`);
      return things.get(id);
    },
    cancel: (id, when) => change(`cancel ${id} ${when}`),
    resume: (id) => change(`resume ${id}`),
    pause: (id) => change(`pause ${id}`),
    changePlan: (id) => change(`change ${id}`),
    discount: (id) => change(`discount ${id}`),
    refund: (id) => change(`refund ${id}`),
    checkout: async ({ token }) => ({ id: token, redirect: "/" }),
    previewPrice: async () => undefined,
    previewChange: async () => ({ currency: "USD", dueNow: 0, recurring: 0, nextBilledAt: null }),
    card: async (id) => {
      await ask(`card ${id}`);
      return provider.paidWith;
    },
    portal: async () => "/",
    invoice: async () => "/",
    publishPrice: async ({ id }) => `pri_${id}`,
    publishCoupon: async ({ code }) => `dsc_${code}`,
    verifySetup: async () => [],
  };
  async function change(what: string): Promise<readonly Fact[]> {
    await ask(what);
    await provider.meanwhile?.();
    const facts = provider.whenAsked(what);
    for (const fact of facts) things.set(fact.id, fact);
    return facts;
  }

  async function ask(what: string): Promise<void> {
    if (provider.isDown) throw new ProviderError("unreachable", "It does not answer.");
    asked.push(what);
  }

  return provider;
}

export interface Told {
  id?: string;
  kind?: string;
  fact?: Fact;
  refused?: string;
}

/** An event as the provider sends it, signed. */
export function tell({ id = randomUUID(), kind = "something.happened", ...more }: Told) {
  const body = Buffer.from(JSON.stringify({ id, kind, ...more }));
  return { body, headers: { "fake-signature": signatureOf(body) } };
}

function signatureOf(body: Buffer): string {
  return createHmac("sha256", "a key of tests").update(body).digest("hex");
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function parse(body: string): Required<Pick<Told, "id" | "kind">> & Told {
  return JSON.parse(body, (_key, value: unknown) =>
    typeof value === "string" && moment.test(value) ? new Date(value) : value,
  );
}
