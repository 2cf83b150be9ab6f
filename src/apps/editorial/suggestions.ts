import { UserError } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";
import { requireSettler, settleRemark, withRemark } from "./remarks.ts";
import { readThreads } from "./remarks/threads.ts";
import { findNewest, requireWriter, saveVersion } from "./versions.ts";

/**
 * Puts what a remark suggests into the newest text of its entry, as a new version. Answers its number, or why not, in a
 * sentence: it was settled by somebody else, or other words stand there now. Throws NotFound for who may not write it.
 */
export async function acceptSuggestion(
  viewer: Viewer,
  remarkId: number,
): Promise<{ number: number } | { problem: string }> {
  return await withRemark(remarkId, async (remark) => {
    const { entryId, suggestion } = remark;
    await requireWriter(viewer, entryId);
    if (suggestion === null) throw new UserError("Nothing was suggested there.");
    const newest = await findNewest(entryId);
    if (remark.state !== "open") return { problem: `It was ${remark.state} already.` };
    const thread = newest && (await readThreads(entryId, newest)).find(({ id }) => id === remarkId);
    if (thread?.place === undefined || thread.isStale || newest === undefined)
      return { problem: "Other words stand there now than it was made for." };
    const { place, author } = thread;
    const { source, title, summary, number: baseNumber } = newest;
    const changed = source.slice(0, place.startsAt) + suggestion + source.slice(place.endsAt);
    const note = `suggestion of ${author || "somebody"} accepted`;
    const saved = await saveVersion(viewer, entryId, { source: changed, title, summary, note, baseNumber });
    if ("conflict" in saved) return { problem: "The text was changed in the meantime." };
    await settleRemark(viewer, remark, "accepted");
    return { number: saved.number };
  });
}

/** Leaves the text as it is. Throws NotFound for who may not write the entry. */
export async function rejectSuggestion(viewer: Viewer, remarkId: number): Promise<void> {
  await withRemark(remarkId, async (remark) => {
    await requireWriter(viewer, remark.entryId);
    await requireSettler(viewer, remark);
    if (remark.suggestion === null) throw new UserError("Nothing was suggested there.");
    if (remark.state === "open") await settleRemark(viewer, remark, "rejected");
  });
}
