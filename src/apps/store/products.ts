import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { listCards, type EntryCard } from "#apps/catalog/entries.ts";
import { entitlements, products, type Product } from "#apps/members/schema.ts";
import { listProductOffers } from "#apps/members/plans.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import type { Viewer } from "#lib/viewer.ts";
import { productFiles, type ProductFile } from "./schema.ts";

/** A product as its page shows it. */
export interface ShownProduct {
  product: Product;
  /** What it costs where the reader is; undefined when it cannot be bought any more. */
  price: { id: number; amount: number; currency: string } | undefined;
  files: ProductFile[];
  /** The entries that it opens, as far as they are published. */
  opens: EntryCard[];
  /** Whether it is the viewer's. */
  isOwn: boolean;
}

/** The product with this word in its address; throws NotFound for one that is neither sold nor the viewer's. */
export async function getProduct(viewer: Viewer, slug: string, country: string): Promise<ShownProduct> {
  const [product] = await db.select().from(products).where(eq(products.slug, slug));
  const offer = (await listProductOffers(country)).find((each) => each.product.id === product?.id);
  const isOwn = product !== undefined && (await ownsProduct(viewer.id, product.id));
  if (product === undefined || (offer === undefined && !isOwn)) throw new NotFound("There is no such product.");
  const files = await listFiles(product.id);
  return { product, price: offer?.price, files, opens: await listCards(product.opens), isOwn };
}

/** Whether somebody has bought a product, or was given it, and has not got the money back. */
export async function ownsProduct(userId: number | null, productId: number): Promise<boolean> {
  if (userId === null) return false;
  const found = await db.select({ id: entitlements.id }).from(entitlements).where(isOf(userId, productId)).limit(1);
  return found.length > 0;
}

/** The products that are somebody's, by name. */
export async function listOwnProducts(viewer: Viewer): Promise<Product[]> {
  if (viewer.id === null) return [];
  const rows = await db
    .selectDistinct({ product: products })
    .from(entitlements)
    .innerJoin(products, eq(products.id, entitlements.productId))
    .where(isOf(viewer.id))
    .orderBy(asc(products.name));
  return rows.map(({ product }) => product);
}

// Bought once or given: nothing of it is a seat of something else.
function isOf(userId: number, productId?: number) {
  return and(
    eq(entitlements.userId, userId),
    productId === undefined ? undefined : eq(entitlements.productId, productId),
    isNull(entitlements.seatOf),
    sql`now() >= ${entitlements.startsAt} and (${entitlements.endsAt} is null or now() < ${entitlements.endsAt})`,
  );
}

/** The files of a product, in their order. */
export async function listFiles(productId: number): Promise<ProductFile[]> {
  return await db
    .select()
    .from(productFiles)
    .where(eq(productFiles.productId, productId))
    .orderBy(asc(productFiles.position), asc(productFiles.name), asc(productFiles.id));
}
