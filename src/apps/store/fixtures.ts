import { inArray } from "drizzle-orm";
import { entries } from "#apps/catalog/schema.ts";
import { prices, products } from "#apps/members/schema.ts";
import { db } from "#lib/db.ts";
import { addFile } from "./files.ts";

/** What is sold in the small world: a course with a book to it, which opens the series for members. */
export async function addProducts(): Promise<void> {
  const opens = await db
    .select({ id: entries.id })
    .from(entries)
    .where(inArray(entries.path, ["/your-first-package/"]));
  const [product] = await db
    .insert(products)
    .values({
      slug: "packaging",
      name: "Packaging, the whole course",
      summary: "Three evenings, a book to keep, and every script in it.",
      opens: opens.map(({ id }) => id),
    })
    .returning({ id: products.id });
  const productId = product?.id ?? 0;
  await db.insert(prices).values([
    { productId, currency: "USD", amount: 39_00 },
    { productId, currency: "EUR", amount: 35_00 },
    { productId, currency: "INR", amount: 1_490_00, countries: ["IN"] },
  ]);
  await addFile(productId, { name: "packaging.pdf", bytes: new TextEncoder().encode("%PDF-1.4 a book to keep") });
}
