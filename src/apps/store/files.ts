import { randomBytes } from "node:crypto";
import { and, count, desc, eq } from "drizzle-orm";
import { users } from "#apps/accounts/schema.ts";
import { files as storage } from "#apps/media/files.ts";
import { afterCommit, atomic, db } from "#lib/db.ts";
import { log } from "#lib/log.ts";
import { downloads, productFiles, type ProductFile } from "./schema.ts";

/** What is kept of a file in one piece, and sent in one. */
export const mostBytes = 50_000_000;

/** Where the files of products are in storage. */
export const productsFolder = "products/";

// By its name alone: it is never shown here, only saved elsewhere.
const types: Readonly<Record<string, string>> = {
  pdf: "application/pdf",
  epub: "application/epub+zip",
  zip: "application/zip",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  txt: "text/plain; charset=utf-8",
  csv: "text/csv; charset=utf-8",
};

/** Adds a file to a product, for everybody who has it. */
export async function addFile(productId: number, { name, bytes }: { name: string; bytes: Uint8Array }): Promise<void> {
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const contentType = types[extension] ?? "application/octet-stream";
  const storageKey = productsFolder + randomBytes(16).toString("hex");
  // First the bytes: a row never names what is not there.
  await storage.put(storageKey, bytes, { type: contentType });
  await db.insert(productFiles).values({ productId, name, storageKey, contentType, bytes: bytes.byteLength });
}

/** Takes a file out of a product. Answers whether it was there. */
export async function removeFile(productId: number, id: number): Promise<boolean> {
  return await atomic(async () => {
    const [removed] = await db
      .delete(productFiles)
      .where(and(eq(productFiles.productId, productId), eq(productFiles.id, id)))
      .returning();
    if (removed === undefined) return false;
    afterCommit(() => {
      storage
        .remove(removed.storageKey)
        .catch((error: unknown) => log.warn({ error }, "the file of a product could not be removed from storage"));
    });
    return true;
  });
}

export async function findFile(id: number): Promise<ProductFile | undefined> {
  const [file] = await db.select().from(productFiles).where(eq(productFiles.id, id));
  return file;
}

/** What is in a file; undefined when storage does not have it. */
export async function readFile({ storageKey }: ProductFile): Promise<Uint8Array | undefined> {
  return await storage.get(storageKey);
}

export async function recordDownload(userId: number, fileId: number): Promise<void> {
  await db.insert(downloads).values({ userId, fileId });
}

export interface DownloadRow {
  file: string;
  userId: number;
  name: string;
  address: string;
  at: Date;
}

/** Who downloaded what of a product last. */
export async function listDownloads(productId: number, limit: number): Promise<DownloadRow[]> {
  return await db
    .select({
      file: productFiles.name,
      userId: users.id,
      name: users.name,
      address: users.address,
      at: downloads.at,
    })
    .from(downloads)
    .innerJoin(productFiles, eq(productFiles.id, downloads.fileId))
    .innerJoin(users, eq(users.id, downloads.userId))
    .where(eq(productFiles.productId, productId))
    .orderBy(desc(downloads.id))
    .limit(limit);
}

/** How often each file of a product was downloaded. */
export async function countDownloads(productId: number): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .select({ fileId: downloads.fileId, times: count() })
    .from(downloads)
    .innerJoin(productFiles, eq(productFiles.id, downloads.fileId))
    .where(eq(productFiles.productId, productId))
    .groupBy(downloads.fileId);
  return new Map(rows.map(({ fileId, times }) => [fileId, times]));
}
