import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { shareOf, shownDays, type UptimeDay } from "../uptime.ts";
import { dayOf, percent } from "../words.ts";

const height = 72;
/** Of a bar and the gap beside it; the drawing is as wide as its place. */
const step = 10;
const gap = 2;
/** A minute in 1,440 would not be seen. */
const leastHeight = 8;

/**
 * A bar a day: solid as far as somebody asked, hollow where minutes are missing, with a block of its own on top when
 * something failed. The table of days says the same in figures.
 */
export function UptimeBars({ days }: { days: readonly UptimeDay[] }): Html {
  const first = shownDays - days.length;
  const [oldest] = days;
  return (
    <figure class="uptime">
      <svg
        viewBox={`0 0 ${shownDays * step - gap} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`The last ${shownDays} days as bars; the table “Day by day” has their figures.`}
      >
        {Array.from({ length: first }, (_, index) => (
          <rect class="uptime-before" x={index * step} y={height - 2} width={step - gap} height={2} />
        ))}
        {days.map((day, index) => (
          <Bar day={day} x={(first + index) * step} />
        ))}
      </svg>
      <p class="uptime-axis" aria-hidden="true">
        <span>{first > 0 && oldest ? `watched since ${dayOf(oldest.day)}` : `${shownDays} days ago`}</span>
        <span>today</span>
      </p>
      <figcaption>
        <span class="uptime-key all">all answered</span>
        <span class="uptime-key some">some failed</span>
        <span class="uptime-key many">more than 1% failed</span>
        <span class="uptime-key missing">nobody asked</span>
      </figcaption>
    </figure>
  );
}

function Bar({ day, x }: { day: UptimeDay; x: number }): Html {
  const { answered, failed, missing } = day;
  const share = shareOf(day);
  const of = (minutes: number): number => (minutes / Math.max(1, answered + failed + missing)) * height;
  const block = failed === 0 ? 0 : Math.max(leastHeight, of(failed));
  const solid = Math.max(0, of(answered + failed) - block);
  const slit = block > 0 ? 2 : 0;
  const hollow = Math.max(0, height - solid - block);
  const place = (y: number, size: number) => ({ x, y: round(y), width: step - gap, height: round(size) });
  return (
    <g class={levelOf(share)}>
      <title>{`${dayOf(day.day)}: ${percent(share)} answered, ${failed} min failed, ${missing} min missing`}</title>
      {missing > 0 && hollow > 3 ? <rect class="uptime-missing" {...place(1, hollow - 3)} /> : null}
      {block > 0 ? <rect class="uptime-failed" {...place(hollow, block)} /> : null}
      {solid > slit ? <rect class="uptime-answered" {...place(hollow + block + slit, solid - slit)} /> : null}
    </g>
  );
}

function levelOf(share: number | undefined): string {
  if (share === undefined || share === 1) return "all";
  return share >= 0.99 ? "some" : "many";
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
