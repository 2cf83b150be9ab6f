import { z } from "zod";
import { listSeriesOrder, listTopicOrder, orderParts, orderTopics } from "#apps/catalog/ordering.ts";
import type { Router } from "#lib/app.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { urls } from "#urls.ts";
import { joinTopics } from "../topics.ts";
import { OrderPage } from "../views/order.tsx";

const id = z.coerce.number().int().positive().max(2_000_000_000);
const form = z.object({
  /** The series whose parts these are; without one they are topics. */
  series: id.optional(),
  "id[]": z.array(id).max(2000),
  // A place may be a half, to stand between two others.
  "place[]": z.array(z.coerce.number().finite()).max(2000),
});

const merging = z.object({ from: id, into: id });

/** The order of the parts of each series, and that of the topics. */
export function orderRoutes(router: Router): void {
  const managing = { access: "permission:desk.publish" } as const;

  router.get(urls.deskOrder.pattern, managing, async () => (
    <OrderPage series={await listSeriesOrder()} topics={await listTopicOrder()} />
  ));

  router.put(urls.deskOrder.pattern, managing, async (request, reply) => {
    const { data } = readForm(request, form);
    if (data === undefined) throw new Refused(400, "A place is a number.");
    const places = data["place[]"];
    const ids = data["id[]"]
      .map((each, index) => ({ each, place: places[index] ?? index }))
      .toSorted((one, other) => one.place - other.place)
      .map(({ each }) => each);
    if (data.series === undefined) await orderTopics(ids);
    else await orderParts(data.series, ids);
    return reply.redirect(urls.deskOrder(), 303);
  });

  router.post(urls.deskOrder.pattern, managing, async (request, reply) => {
    const { data } = readForm(request, merging);
    const problem = data ? await joinTopics(request.viewer, data.from, data.into) : "Choose two topics.";
    if (problem === undefined) return reply.redirect(urls.deskOrder(), 303);
    reply.code(422);
    return <OrderPage series={await listSeriesOrder()} topics={await listTopicOrder()} problem={problem} />;
  });
}
