import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { SandboxSubscription, SandboxTransaction } from "../../sandbox/objects.ts";

const width = 600;
const height = 28;
const gap = 2;

interface LifeLineProps {
  subscription: SandboxSubscription;
  payments: readonly SandboxTransaction[];
  now: Date;
}

/** A subscription's life in one line: a block for each period, by how it was paid, and where it stands now. */
export function LifeLine({ subscription, payments, now }: LifeLineProps): Html {
  const { startedAt, trialEndsAt, periodEndsAt } = subscription;
  const from = startedAt.getTime();
  const to = Math.max(periodEndsAt.getTime(), now.getTime(), from + 1);
  const x = (at: Date): number => Math.round(((at.getTime() - from) / (to - from)) * width * 100) / 100;
  const periods = payments.flatMap(({ status, periodStartsAt, periodEndsAt: end }) =>
    periodStartsAt === null || end === null ? [] : [{ status, startsAt: periodStartsAt, endsAt: end }],
  );
  return (
    <svg
      class="life-line"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Its life so far: ${periods.length} payments, of which ${periods.filter(({ status }) => status === "completed").length} came through.`}
    >
      <rect class="life-none" x="0" y={height / 2 - 1} width={width} height="2" />
      {trialEndsAt === null ? null : (
        <rect class="life-trial" x="1" y="7" width={Math.max(2, x(trialEndsAt) - gap)} height={height - 14} />
      )}
      {periods.map(({ status, startsAt, endsAt }) => (
        <rect
          class={`life-${status}`}
          x={x(startsAt)}
          y="6"
          width={Math.max(2, x(endsAt) - x(startsAt) - gap)}
          height={height - 12}
        />
      ))}
      <rect class="life-now" x={Math.min(width - 2, x(now))} y="0" width="2" height={height} />
    </svg>
  );
}
