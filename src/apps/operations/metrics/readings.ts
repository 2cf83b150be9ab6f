import { Counter, Gauge } from "prom-client";

/** Values by their labels, as they are when somebody asks. */
export type Read = () => readonly (readonly [labels: Record<string, string>, value: number])[];

interface About {
  name: string;
  help: string;
  labels?: string[];
}

/** A figure that goes up and down and is kept elsewhere. */
export function gauge({ name, help, labels: labelNames = [] }: About, read: Read): Gauge {
  return new Gauge({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.set(labels, value);
    },
  });
}

/** A counter that is a plain number elsewhere, where counting must cost nothing. */
export function counter({ name, help, labels: labelNames = [] }: About, read: Read): Counter {
  return new Counter({
    name,
    help,
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    },
  });
}

/** The reading of a figure without labels. */
export function one(value: () => number): Read {
  return () => [[{}, value()]];
}
