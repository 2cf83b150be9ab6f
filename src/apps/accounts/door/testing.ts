import { argon2Sync } from "node:crypto";
import { queryCount } from "#lib/db.ts";

/** A password that is not the one of the small world. */
export const fresh = "a lamp over every desk";

/** A hash as it was made when machines were slower. */
export function cheapHash(password: string): string {
  const nonce = Buffer.from("sixteen bytes!!!");
  const cost = { parallelism: 1, tagLength: 32, memory: 8192, passes: 1 };
  const hash = argon2Sync("argon2id", { message: password, nonce, ...cost });
  const [salt, key] = [nonce, hash].map((bytes) => bytes.toString("base64").replace(/=+$/, ""));
  return `$argon2id$v=19$m=8192,t=1,p=1$${salt}$${key}`;
}

/** The fewest queries of three runs: what is counted and tidied up meanwhile asks the database as well. */
export async function countQueries(run: () => Promise<unknown>): Promise<number> {
  const counts: number[] = [];
  for (let runs = 0; runs < 3; runs += 1) {
    const before = queryCount();
    await run();
    counts.push(queryCount() - before);
  }
  return Math.min(...counts);
}
