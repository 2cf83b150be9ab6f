import type { Moves } from "#apps/editorial/workflow.ts";
import { sayWhyNotIn } from "#apps/editorial/workflow.ts";
import type { Stage } from "#apps/editorial/schema.ts";
import { currentPath } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { BoardCard, BoardColumn, BoardFilter } from "../board.ts";
import { ageOf, DeskPage, kindName } from "./desk-page.tsx";

export interface BoardPageProps {
  filter: BoardFilter;
  columns: readonly BoardColumn[];
  moves: Moves;
  staff: readonly { id: number; name: string }[];
  choices: { kinds: readonly string[]; topics: readonly { slug: string; name: string }[] };
  /** The stage that a phone shows. */
  shown: string;
  /** Why what was asked for was not done. */
  problem?: string | undefined;
}

/** All entries by stage. */
export function BoardPage({ filter, columns, moves, staff, choices, shown, problem }: BoardPageProps): Html {
  const total = columns.reduce((sum, column) => sum + column.total, 0);
  return (
    <DeskPage
      title="The desk"
      tab={urls.desk()}
      aside={<p>{total === 1 ? "1 entry" : `${total} entries`}</p>}
      scripts={["desk-board.js"]}
    >
      <Filters filter={filter} staff={staff} choices={choices} shown={shown} />
      <p class="board-said" role="status" aria-live="polite" />
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <nav class="board-stages" aria-label="Stages">
        <ul class="chips">
          {columns.map(({ stage, total: count }) => (
            <li>
              <a
                class="chip"
                href={urls.desk({}, { ...queryOf(filter), stage: stage.slug })}
                aria-current={stage.slug === shown ? "true" : undefined}
              >
                {stage.name} <small>{count}</small>
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <desk-board>
        <div class="board" tabindex="0" role="group" aria-label="Entries by stage">
          {columns.map((column) => (
            <Column column={column} columns={columns} moves={moves} isShown={column.stage.slug === shown} />
          ))}
        </div>
      </desk-board>
    </DeskPage>
  );
}

export function queryOf({ q, mine, kind, assigneeId, topic }: BoardFilter) {
  return { q: q || undefined, mine: mine ? "yes" : undefined, kind, assignee: assigneeId, topic };
}

interface ColumnProps {
  column: BoardColumn;
  columns: readonly BoardColumn[];
  moves: Moves;
  isShown: boolean;
}

function Column({ column: { stage, total, cards }, columns, moves, isShown }: ColumnProps): Html {
  const reachable = moves.get(stage.id) ?? [];
  const stages = columns.map((each) => each.stage).filter(({ id }) => reachable.includes(id));
  return (
    <section
      class="board-column"
      data-stage={String(stage.id)}
      data-name={stage.name}
      data-shown={isShown ? "yes" : undefined}
    >
      <h2 id={`stage-${stage.id}`}>
        {stage.name} <span class="count">{total}</span>
      </h2>
      <ul aria-labelledby={`stage-${stage.id}`}>
        {cards.map((card) => (
          <Card card={card} stages={stages} />
        ))}
      </ul>
      {cards.length === 0 ? <p class="soft nothing-here">Nothing here</p> : null}
      {total > cards.length ? <p class="soft">The first {cards.length}: narrow it down to see others.</p> : null}
    </section>
  );
}

function Card({ card, stages }: { card: BoardCard; stages: readonly Stage[] }): Html {
  const id = String(card.id);
  const open = card.isTheirs ? stages.filter((stage) => sayWhyNotIn(stage, card) === undefined) : [];
  const isLate = card.dueOn !== null && card.dueOn < new Date().toISOString().slice(0, 10);
  return (
    <li
      class="board-card"
      data-moves={open.map((stage) => stage.id).join(" ")}
      draggable={open.length > 0 ? "true" : undefined}
    >
      <p class="card-kind">
        {kindName(card.kind)} <span>{ageOf(card.changedAt)}</span>
      </p>
      <h3>
        <a href={urls.deskEntry({ id })}>{card.title}</a>
      </h3>
      <ul class="card-facts">
        {card.assignee === null ? null : <li>{card.assignee}</li>}
        {card.dueOn === null ? null : (
          <li class={isLate ? "bad" : undefined}>
            {isLate ? "late: " : "due "}
            <time datetime={card.dueOn}>{shortDay(card.dueOn)}</time>
          </li>
        )}
        {card.scheduledAt === null ? null : (
          <li>
            goes out <time datetime={card.scheduledAt.toISOString()}>{shortTime(card.scheduledAt)}</time>
          </li>
        )}
        {card.errors === 0 ? null : <li class="bad">{counted(card.errors, "error")}</li>}
        {card.warnings === 0 ? null : <li class="warn">{counted(card.warnings, "warning")}</li>}
        {card.remarks === 0 ? null : <li>{counted(card.remarks, "open remark")}</li>}
      </ul>
      {open.length === 0 ? null : (
        <details class="card-move">
          <summary>Move</summary>
          <Form action={urls.deskStage({ id })} method="put" label={`Move “${card.title}”`}>
            <input type="hidden" name="back" value={currentPath()} />
            <label>
              To
              <select class="input" name="to">
                {open.map((stage) => (
                  <option value={String(stage.id)}>{stage.name}</option>
                ))}
              </select>
            </label>
            <label>
              Note
              <input class="input" type="text" name="note" maxlength={500} autocomplete="off" />
            </label>
            <button class="button" type="submit">
              Move it
            </button>
          </Form>
        </details>
      )}
    </li>
  );
}

function Filters({
  filter,
  staff,
  choices,
  shown,
}: Pick<BoardPageProps, "filter" | "staff" | "choices" | "shown">): Html {
  return (
    <form class="filters board-filters" action={urls.desk()} aria-label="Which entries">
      <input type="hidden" name="stage" value={shown} />
      <div class="field">
        <label for="q">Title or address</label>
        <input class="input" type="search" id="q" name="q" value={filter.q} autocomplete="off" />
      </div>
      <Select
        label="Kind"
        name="kind"
        value={filter.kind}
        all="All kinds"
        options={choices.kinds.map((kind) => [kind, kindName(kind)])}
      />
      <Select
        label="In the hands of"
        name="assignee"
        value={filter.assigneeId === undefined ? undefined : String(filter.assigneeId)}
        all="Anybody"
        options={staff.map(({ id, name }) => [String(id), name])}
      />
      <Select
        label="Topic"
        name="topic"
        value={filter.topic}
        all="All topics"
        options={choices.topics.map(({ slug, name }) => [slug, name])}
      />
      <label class="choice">
        <input type="checkbox" name="mine" value="yes" checked={filter.mine} />
        <span>Only mine</span>
      </label>
      <button class="button" type="submit">
        Show
      </button>
    </form>
  );
}

interface SelectProps {
  label: string;
  name: string;
  value: string | undefined;
  /** The words for no choice. */
  all: string;
  options: readonly (readonly [string, string])[];
}

export function Select({ label, name, value, all, options }: SelectProps): Html {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select class="input" id={name} name={name}>
        <option value="">{all}</option>
        {options.map(([key, words]) => (
          <option value={key} selected={key === value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

export function counted(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? "" : "s"}`;
}

const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const times = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});

export function shortDay(day: string): string {
  return days.format(new Date(`${day}T00:00:00Z`));
}

export function shortTime(at: Date): string {
  return times.format(at);
}
