import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";
import type { CalendarItem } from "../board.ts";
import { DeskPage } from "./desk-page.tsx";

export interface CalendarPageProps {
  /** `2026-11` */
  month: string;
  /** The days of its weeks, those of other months at both ends too. */
  days: readonly string[];
  items: readonly CalendarItem[];
}

const words: Record<CalendarItem["kind"], string> = {
  published: "Published",
  scheduled: "Goes out",
  update: "Update goes out",
  due: "Due",
};
const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** A month of publications, updates and due dates: a wall calendar where there is room, else a list. */
export function CalendarPage({ month, days, items }: CalendarPageProps): Html {
  const byDay = Map.groupBy(items, ({ day }) => day);
  const today = new Date().toISOString().slice(0, 10);
  return (
    <DeskPage title={monthName(month)} tab={urls.deskCalendar()} aside={<MonthLinks month={month} />}>
      <ol class="calendar-week" aria-hidden="true">
        {weekdays.map((name) => (
          <li>{name.slice(0, 3)}</li>
        ))}
      </ol>
      <ol class="calendar">
        {days.map((day) => (
          <li
            class={day.startsWith(month) ? "day" : "day other"}
            data-empty={byDay.has(day) ? undefined : "yes"}
            aria-current={day === today ? "date" : undefined}
          >
            <time datetime={day}>
              <span class="day-name">{dayName(day)}</span>
              <span class="day-number" aria-hidden="true">
                {Number(day.slice(8))}
              </span>
            </time>
            <ul>
              {(byDay.get(day) ?? []).map((item) => (
                <Item item={item} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {items.length === 0 ? <p class="soft">Nothing was published or is due in these weeks.</p> : null}
      <p class="soft calendar-clock">Days and times are those of UTC.</p>
    </DeskPage>
  );
}

function Item({ item }: { item: CalendarItem }): Html {
  const { kind, time, title, entryId, who } = item;
  return (
    <li class={`calendar-item ${kind}`}>
      <span class="what">
        {words[kind]}
        {time === undefined ? null : ` ${time}`}
      </span>
      <a href={urls.deskEntry({ id: String(entryId) })}>{title}</a>
      {who === null ? null : <span class="who">{who}</span>}
    </li>
  );
}

function MonthLinks({ month }: { month: string }): Html {
  return (
    <nav class="months" aria-label="Months">
      <a class="button" rel="prev" href={urls.deskCalendar({}, { month: monthsFrom(month, -1) })}>
        Before
      </a>
      <a class="button" href={urls.deskCalendar()}>
        Today
      </a>
      <a class="button" rel="next" href={urls.deskCalendar({}, { month: monthsFrom(month, 1) })}>
        After
      </a>
    </nav>
  );
}

function monthsFrom(month: string, count: number): string {
  const first = new Date(`${month}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + count);
  return first.toISOString().slice(0, 7);
}

const names = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
const dayNames = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });

function monthName(month: string): string {
  return names.format(new Date(`${month}-01T00:00:00Z`));
}

function dayName(day: string): string {
  return dayNames.format(new Date(`${day}T00:00:00Z`));
}
