import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";

const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: 100 });

/** How hard a password is to guess, from 0 to 4, for somebody who knows what stands beside it. */
export function measureStrength(password: string, own: readonly string[]): number {
  return zxcvbn.check(
    password,
    own.filter((text) => text.length > 2),
  ).score;
}
