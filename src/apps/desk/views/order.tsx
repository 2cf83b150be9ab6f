import type { Placed } from "#apps/catalog/ordering.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { Select } from "./board.tsx";
import { DeskPage } from "./desk-page.tsx";

export interface OrderPageProps {
  series: readonly { id: number; title: string; parts: readonly Placed[] }[];
  topics: readonly Placed[];
  problem?: string;
}

/** In which order readers find the parts of a series, and the topics. */
export function OrderPage({ series, topics, problem }: OrderPageProps): Html {
  return (
    <DeskPage title="Order" tab={urls.deskOrder()} scripts={["desk-order.js"]}>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <p class="lede-line">Drag what shall stand elsewhere, or give it another number, and keep it.</p>
      {series.length + topics.length === 0 ? <EmptyState title="There are no series and no topics yet" /> : null}
      <div class="order-lists">
        {series.map(({ id, title, parts }) => (
          <OrderForm title={title} places={parts} seriesId={id} />
        ))}
        {topics.length === 0 ? null : <OrderForm title="Topics" places={topics} />}
        {topics.length < 2 ? null : <MergeForm topics={topics} />}
      </div>
    </DeskPage>
  );
}

function MergeForm({ topics }: { topics: readonly Placed[] }): Html {
  const options = topics.map(({ id, name }) => [String(id), name] as const);
  return (
    <section class="panel">
      <h2>Make one topic of two</h2>
      <p class="soft">Entries and readers of the first get the second in its place; its address leads there.</p>
      <Form action={urls.deskOrder()} label="Make one topic of two">
        <Select label="This topic" name="from" value={undefined} all="Choose" options={options} />
        <Select label="becomes" name="into" value={undefined} all="Choose" options={options} />
        <button class="button" type="submit">
          Merge for good
        </button>
      </Form>
    </section>
  );
}

function OrderForm({ title, places, seriesId }: { title: string; places: readonly Placed[]; seriesId?: number }): Html {
  return (
    <section class="panel">
      <h2>{title}</h2>
      <Form action={urls.deskOrder()} method="put" label={`Order of ${title}`}>
        {seriesId === undefined ? null : <input type="hidden" name="series" value={String(seriesId)} />}
        <order-list>
          <ol class="order-list">
            {places.map(({ id, name }, index) => (
              <li draggable="true">
                <input type="hidden" name="id[]" value={String(id)} />
                <input
                  class="input"
                  type="number"
                  step="any"
                  name="place[]"
                  value={String(index + 1)}
                  aria-label={`Place of ${name}`}
                />
                <span>{name}</span>
              </li>
            ))}
          </ol>
        </order-list>
        <button class="button" type="submit">
          Keep this order
        </button>
      </Form>
    </section>
  );
}
