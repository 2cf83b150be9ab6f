import type { Html } from "#lib/jsx/jsx-runtime.ts";

const width = 720;
const barGap = 8;

interface Bar {
  /** `Nov 2026: $150.00` */
  title: string;
  value: number;
  href: string;
}

/** A bar a month, each a way to its rows; the table below has the figures. */
export function MonthBars({ label, bars }: { label: string; bars: readonly Bar[] }): Html {
  const height = 150;
  const most = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <svg
      class="month-bars"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="group"
      aria-label={label}
    >
      {[1, 0.5].map((share) => (
        <line class="month-grid" x1="0" x2={width} y1={height * (1 - share) + 1} y2={height * (1 - share) + 1} />
      ))}
      {bars.map(({ title, value, href }, index) => {
        const size = value <= 0 ? 1 : Math.max(3, Math.round((value / most) * (height - 2)));
        return (
          <a href={href} aria-label={title}>
            <title>{title}</title>
            <rect class="month-hit" {...place(index, bars.length)} y="0" height={height} />
            <rect class={value <= 0 ? "none" : "up"} {...place(index, bars.length)} y={height - size} height={size} />
          </a>
        );
      })}
    </svg>
  );
}

/** Two bars a month: what came above the line, what went below it. */
export function MoveBars({ label, months }: { label: string; months: readonly Move[] }): Html {
  const half = 60;
  const most = Math.max(1, ...months.flatMap(({ up, down }) => [up.value, down.value]));
  const size = (value: number): number => (value <= 0 ? 0 : Math.max(2, Math.round((value / most) * (half - 2))));
  return (
    <svg
      class="month-bars moves"
      viewBox={`0 0 ${width} ${2 * half}`}
      preserveAspectRatio="none"
      role="group"
      aria-label={label}
    >
      {months.map(({ up, down }, index) => (
        <>
          <a href={up.href} aria-label={up.title}>
            <title>{up.title}</title>
            <rect class="month-hit" {...place(index, months.length)} y="0" height={half} />
            <rect class="up" {...place(index, months.length)} y={half - size(up.value)} height={size(up.value)} />
          </a>
          <a href={down.href} aria-label={down.title}>
            <title>{down.title}</title>
            <rect class="month-hit" {...place(index, months.length)} y={half} height={half} />
            <rect class="down" {...place(index, months.length)} y={half + 1} height={size(down.value)} />
          </a>
        </>
      ))}
      <line class="month-line" x1="0" x2={width} y1={half} y2={half} />
    </svg>
  );
}

export interface Move {
  up: Bar;
  down: Bar;
}

function place(index: number, count: number): { x: number; width: number } {
  const step = (width + barGap) / count;
  return { x: Math.round(index * step * 100) / 100, width: Math.round((step - barGap) * 100) / 100 };
}
