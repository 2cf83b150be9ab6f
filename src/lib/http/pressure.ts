import { monitorEventLoopDelay } from "node:perf_hooks";

const sampleMs = 100;

export interface Pressure {
  /** Whether a new request should be turned away. */
  isHigh: () => boolean;
  stop: () => void;
}

/**
 * Watches how late the event loop runs. While it is later than `maxLagMs` new work is turned away, so that what was
 * admitted is still answered soon and the process recovers as soon as the crowd has gone.
 */
export function watchPressure(maxLagMs: number): Pressure {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let high = false;
  const timer = setInterval(() => {
    high = delay.max / 1e6 > maxLagMs;
    delay.reset();
  }, sampleMs).unref();
  return {
    isHigh: () => high,
    stop: () => {
      clearInterval(timer);
      delay.disable();
    },
  };
}
