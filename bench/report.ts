import { availableParallelism, cpus, loadavg } from "node:os";

/** One line of the table. */
export interface Row {
  part: string;
  what: string;
  ours: number;
  unit: string;
  /** What it was measured beside, in the same unit. */
  beside?: { what: string; value: number };
  /** Median of the rounds, each compared with the one beside it. */
  ratio?: number;
  /** Of the ratio when there is one. */
  target?: { atLeast: number } | { atMost: number };
  ok?: boolean;
}

export interface Machine {
  processor: string;
  cores: number;
  node: string;
  /** How busy the machine was with other things: processes that wanted a processor in the last minute. */
  load: number;
}

export function describeMachine(): Machine {
  const processor = cpus()[0]?.model.trim() ?? "unknown";
  return { processor, cores: availableParallelism(), node: process.version, load: loadavg()[0] ?? 0 };
}

/** A row that says whether it meets its target. */
export function judged(row: Row): Row {
  const { target, ratio, ours } = row;
  if (target === undefined) return row;
  const value = ratio ?? ours;
  return { ...row, ok: "atLeast" in target ? value >= target.atLeast : value <= target.atMost };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The value that this share of all values does not exceed; the lower one of two in the middle. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function printTable(machine: Machine & { loadGenerator: string }, rows: readonly Row[]): string {
  const head = ["what", "ours", "compared with", "ratio", "target", ""];
  const lines = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? "").length)));
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  const text = lines.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const { processor, cores, node, load, loadGenerator } = machine;
  const about = `${processor}, ${cores} cores, Node ${node}, load by ${loadGenerator}, load average ${load.toFixed(1)}`;
  return `${about}\n\n${text[0]}\n${rule}\n${text.slice(1).join("\n")}\n`;
}

function cellsOf({ what, ours, unit, beside, ratio, target, ok }: Row): string[] {
  const goal = target === undefined ? "" : "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
  const verdict = ok === undefined ? "" : ok ? "ok" : "SHORT";
  const other = beside === undefined ? "" : `${shown(beside.value)} ${beside.what}`;
  return [what, `${shown(ours)} ${unit}`, other, ratio?.toFixed(3) ?? "", goal, verdict];
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
}
