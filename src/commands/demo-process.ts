// Fills an empty site with the demo once it is told that the database is ready, and answers how many tutorials that
// were. It is a process of its own, which renders while the database gets ready, and takes with it what renders.
import { loadDemo, rehearseDemo } from "../apps/importer/demo.ts";
import { UserError } from "../lib/errors.ts";
import type { Outcome } from "./demo.ts";
import { withDatabase } from "./runtime.ts";

const { promise: isWanted, resolve } = Promise.withResolvers<boolean>();
const [rehearsal, orphaned] = [new AbortController(), new AbortController()];
process.once("message", () => resolve(true));
process.once("disconnect", () => {
  orphaned.abort();
  resolve(false);
});
// Ctrl-C reaches this process too, which ends after the one that it works for.
process.on("SIGINT", () => undefined);
void isWanted.then(() => rehearsal.abort());

await rehearseDemo(rehearsal.signal);
const outcome = (await isWanted) && (await load());
if (outcome && process.connected) process.send?.(outcome, undefined, undefined, () => process.exit());
else process.exit();

async function load(): Promise<Outcome> {
  try {
    return { loaded: await withDatabase(() => loadDemo(orphaned.signal)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { refused: error.message };
  }
}
