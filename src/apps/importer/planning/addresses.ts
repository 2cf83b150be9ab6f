import { reservedSegments } from "#urls.ts";
import type { Refusal } from "../reading/folder.ts";
import type { Draft, Note } from "./drafts.ts";
import type { Site, SiteEntry } from "./site.ts";
import { formerPath } from "./slugs.ts";

/** A draft whose addresses are its own. */
export interface Placed {
  draft: Draft;
  /** The entry that it becomes anew, from an earlier run. */
  existing?: SiteEntry;
  /** Former addresses that will lead to it. */
  formerly: string[];
}

/**
 * Refuses what would take another's address, or would lead readers round in a circle. `base` is where the folder was
 * served.
 */
export function placeDrafts(
  drafts: readonly Draft[],
  site: Site,
  base: string,
): { placed: Placed[]; refused: Refusal[]; notes: Note[] } {
  const refused: Refusal[] = [];
  const notes: Note[] = [];
  const files = new Set(drafts.map(({ file }) => file));
  const byPath = Map.groupBy(drafts, ({ path }) => path);
  const claims = Map.groupBy(
    drafts.flatMap((draft) =>
      [...new Set(draft.formerly.map(({ address }) => formerPath(address, base)))].map((path) => ({ path, draft })),
    ),
    ({ path }) => path,
  );
  const placed = drafts.flatMap((draft): Placed[] => {
    const existing = site.imported.get(draft.file) ?? renamed(draft);
    const reason = conflict(draft, existing);
    if (reason !== undefined) {
      refused.push({ file: draft.file, line: draft.lineOf("slug"), reason });
      return [];
    }
    const formerly = new Set<string>();
    for (const { address, byAuthor } of draft.formerly) {
      const path = formerPath(address, base);
      const problem = path === undefined ? "cannot be an address" : judgeFormer(path, draft, existing, byAuthor);
      if (problem !== undefined && byAuthor) {
        const line = Math.max(...["aliases", "redirect_from", "alias"].map(draft.lineOf));
        refused.push({ file: draft.file, line, reason: `Its old address ${address} ${problem}.` });
        return [];
      }
      if (problem !== undefined) notes.push({ file: draft.file, sentence: `the old address ${address} ${problem}` });
      else if (path !== undefined && path !== draft.path && path !== "/") formerly.add(path);
    }
    return [{ draft, ...(existing === undefined ? {} : { existing }), formerly: [...formerly] }];
  });
  return { placed, refused, notes };

  /** A file that was moved within the folder keeps its entry. */
  function renamed(draft: Draft): SiteEntry | undefined {
    const there = site.entries.get(draft.path);
    const former = there?.file ?? undefined;
    return former !== undefined && site.imported.get(former) === there && !files.has(former) ? there : undefined;
  }

  function conflict(draft: Draft, existing: SiteEntry | undefined): string | undefined {
    const { path } = draft;
    if (reservedSegments.has(path.split("/")[1] ?? "")) return `Its address ${path} is one of the site itself.`;
    const others = (byPath.get(path) ?? []).filter((other) => other !== draft);
    if (others.length > 0 && existing?.path !== path) {
      return `Its address ${path} is also that of ${others.map(({ file }) => file).join(", ")}.`;
    }
    const there = site.entries.get(path);
    if (there === undefined || there.id === existing?.id) return undefined;
    // Whoever has it now may be leaving it in this very run.
    if (there.file !== null && site.imported.get(there.file) === there && files.has(there.file)) return undefined;
    const from = there.file === null ? "" : `, which was imported from ${there.folder}/${there.file}`;
    return `Its address ${path} is already that of "${there.title}"${from}.`;
  }

  function judgeFormer(
    path: string,
    draft: Draft,
    existing: SiteEntry | undefined,
    byAuthor: boolean,
  ): string | undefined {
    if (path === draft.path) return byAuthor ? "is its own address, so it would lead round in a circle" : undefined;
    if (path === "/") return byAuthor ? "is the front page" : undefined;
    if (reservedSegments.has(path.split("/")[1] ?? "")) return "is an address of the site itself";
    const [taken] = byPath.get(path) ?? [];
    if (taken !== undefined) return `is the address of ${taken.file}`;
    const rival = claims.get(path)?.find((claim) => claim.draft !== draft)?.draft;
    if (rival !== undefined) return `is also an old address of ${rival.file}`;
    const there = site.entries.get(path);
    if (there !== undefined && there.id !== existing?.id) return `is the address of "${there.title}"`;
    const leadsTo = site.redirects.get(path);
    return leadsTo !== undefined && leadsTo !== existing?.id ? "leads to another entry already" : undefined;
  }
}
