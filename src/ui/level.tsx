import type { Html } from "#lib/jsx/jsx-runtime.ts";

export type LevelName = "basics" | "intermediate" | "advanced";

const names: Record<LevelName, string> = { basics: "Basics", intermediate: "Intermediate", advanced: "Advanced" };
const order: readonly LevelName[] = ["basics", "intermediate", "advanced"];

/** The word for a level, after as many bars as it asks of the reader. */
export function Level({ level }: { level: LevelName }): Html {
  return (
    <span class="level">
      <svg viewBox="0 0 13 13" aria-hidden="true">
        {order.map((_, index) => (
          <rect
            x={index * 5}
            y={9 - index * 4}
            width={3}
            height={4 + index * 4}
            rx={0.75}
            class={index > order.indexOf(level) ? "off" : undefined}
          />
        ))}
      </svg>
      {names[level]}
    </span>
  );
}
