import type { Html } from "#lib/jsx/jsx-runtime.ts";

const height = 32;
const step = 8;
const gap = 2;

export interface DayBarsProps {
  /** What is counted, for who cannot see it: `Sign-ins`. */
  label: string;
  /** Day by day, today last. */
  days: readonly { day: string; count: number }[];
}

/** A bar a day, as high as its share of the highest; a day without any is a line. */
export function DayBars({ label, days }: DayBarsProps): Html {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const sum = days.reduce((total, { count }) => total + count, 0);
  return (
    <svg
      class="day-bars"
      viewBox={`0 0 ${days.length * step - gap} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${sum} in ${days.length} days, ${most} on the busiest, ${days.at(-1)?.count ?? 0} today.`}
    >
      {days.map(({ day, count }, index) => {
        const size = count === 0 ? 1 : Math.max(3, Math.round((count / most) * height));
        return (
          <rect
            class={count === 0 ? "none" : undefined}
            x={index * step}
            y={height - size}
            width={step - gap}
            height={size}
          >
            <title>{`${day}: ${count}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
