import { eq, sql } from "drizzle-orm";
import { roles } from "#apps/accounts/schema.ts";
import { atomic, db } from "#lib/db.ts";
import { slugify } from "#lib/url.ts";
import type { Viewer } from "#lib/viewer.ts";
import { publicationStages } from "./manuscripts.ts";
import { requirePublisher } from "./publishing.ts";
import { manuscripts, stageMoves, stages } from "./schema.ts";

export interface StageFields {
  name: string;
  checklist: readonly string[];
}

/** Adds a stage behind the others. Answers why not, in a sentence. */
export async function addStage(viewer: Viewer, { name, checklist }: StageFields): Promise<string | undefined> {
  requirePublisher(viewer);
  const slug = slugify(name);
  if (slug === "") return "Give it a name with letters or digits.";
  const position = sql`(select coalesce(max(position), 0) + 1 from ${stages})`;
  const [added] = await db
    .insert(stages)
    .values({ slug, name, position, checklist: [...checklist] })
    .onConflictDoNothing()
    .returning();
  return added === undefined ? "There is a stage of this name." : undefined;
}

/** Changes what a stage is called and asks for, and where it stands among the others. */
export async function editStage(
  viewer: Viewer,
  id: number,
  { name, checklist, position }: StageFields & { position: number },
): Promise<void> {
  requirePublisher(viewer);
  await db
    .update(stages)
    .set({ name, position, checklist: [...checklist] })
    .where(eq(stages.id, id));
}

/** Removes a stage. Answers why not, in a sentence: entries are in it, or publication needs it. */
export async function removeStage(viewer: Viewer, id: number): Promise<string | undefined> {
  requirePublisher(viewer);
  return await atomic(async () => {
    const [stage] = await db.select().from(stages).where(eq(stages.id, id)).for("update");
    if (stage === undefined) return undefined;
    if (publicationStages.some((slug) => slug === stage.slug))
      return `Publication puts entries into ${stage.name}, so it stays.`;
    const inIt = await db.$count(manuscripts, eq(manuscripts.stageId, id));
    if (inIt > 0) return `${inIt === 1 ? "An entry is" : `${inIt} entries are`} in ${stage.name}: move them first.`;
    await db.delete(stages).where(eq(stages.id, id));
    return undefined;
  });
}

export interface RoleMoves {
  id: number;
  name: string;
  /** Which moves the role may make: `3-4` is from stage 3 to stage 4. */
  moves: string[];
}

/** What each role may move. Owners move everything, and are not listed. */
export async function listRoleMoves(): Promise<RoleMoves[]> {
  return await db
    .select({
      id: roles.id,
      name: roles.name,
      moves: sql<
        string[]
      >`array(select m.from_id || '-' || m.to_id from ${stageMoves} m where m.role_id = ${roles}.id)`,
    })
    .from(roles)
    .where(sql`not exists (select from role_permissions p where p.role_id = ${roles}.id and p.permission = '*')`)
    .orderBy(roles.id);
}

/** Makes these the moves of a role, and no others. */
export async function setRoleMoves(viewer: Viewer, roleId: number, moves: readonly string[]): Promise<void> {
  requirePublisher(viewer);
  await atomic(async () => {
    const all = await db.select({ id: stages.id }).from(stages);
    const known = new Set(all.map(({ id }) => id));
    const rows = moves
      .map((move) => move.split("-").map(Number))
      .flatMap(([fromId = 0, toId = 0]) =>
        known.has(fromId) && known.has(toId) && fromId !== toId ? [{ fromId, toId, roleId }] : [],
      );
    const [role] = await db.select().from(roles).where(eq(roles.id, roleId)).for("key share");
    if (role === undefined) return;
    await db.delete(stageMoves).where(eq(stageMoves.roleId, roleId));
    if (rows.length > 0) await db.insert(stageMoves).values(rows).onConflictDoNothing();
  });
}
