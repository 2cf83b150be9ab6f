import { duration } from "#ui/time.tsx";

/** `99.98%`: rounded down, so that 100% means all. */
export function percent(share: number | undefined): string {
  return share === undefined ? "–" : `${Math.floor(share * 10_000 + 1e-6) / 100}%`;
}

/** `2026-11-27 08:15`, by the clock of UTC. */
export function clock(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}

/** How long some minutes are: `8 min`, `2 h 48 min`, `3 days`. */
export function spanOf(minutes: number): string {
  return minutes < 2880 ? duration(minutes) : `${Math.round(minutes / 1440)} days`;
}

const count = new Intl.NumberFormat("en-GB");

/** `1,204 minutes`. */
export function counted(many: number, what: string): string {
  return `${count.format(many)} ${what}${many === 1 ? "" : "s"}`;
}

const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });

/** `Fri 27 Nov`, of `2026-11-27`. */
export function dayOf(day: string): string {
  return weekday.format(new Date(`${day}T00:00:00Z`)).replace(",", "");
}
