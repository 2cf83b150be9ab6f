import { eq } from "drizzle-orm";
import { products, type Product } from "#apps/members/schema.ts";
import type { Reply, Request, Router } from "#lib/app.ts";
import { db } from "#lib/db.ts";
import { NotFound } from "#lib/errors.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";
import { addFile, countDownloads, listDownloads, mostBytes, removeFile } from "../files.ts";
import { listFiles } from "../products.ts";
import { StaffProductPage } from "../views/staff-product.tsx";

/** The files of a product, and who downloaded them. */
export function staffRoutes(router: Router): void {
  const managing = { access: "permission:members.manage" } as const;
  router.get(urls.staffProduct.pattern, managing, async ({ params }) => show(await getById(params.id)));

  const upload = { ...managing, body: "upload", bodyLimit: mostBytes + 10_000 } as const;
  router.post(urls.staffProduct.pattern, upload, addUploaded);

  router.delete(urls.staffProductFile.pattern, managing, async ({ params }, reply) => {
    const product = await getById(params.id);
    const isGone = /^\d{1,9}$/.test(params.file) && (await removeFile(product.id, Number(params.file)));
    if (!isGone) throw new NotFound("There is no such file.");
    return reply.redirect(urls.staffProduct({ id: String(product.id) }), 303);
  });
}

async function addUploaded(request: Request<typeof urls.staffProduct.pattern>, reply: Reply): Promise<Html | Reply> {
  const product = await getById(request.params.id);
  if (request.body instanceof URLSearchParams) throw new Refused(400);
  const file = (await request.formData()).get("file");
  const name = file instanceof File ? nameOf(file.name) : "";
  if (!(file instanceof File) || file.size === 0 || name === "") {
    reply.code(422);
    return await show(product, "Choose a file that is not empty.");
  }
  await addFile(product.id, { name, bytes: await file.bytes() });
  return reply.redirect(urls.staffProduct({ id: String(product.id) }), 303);
}

// Some browsers send the folders along.
function nameOf(name: string): string {
  const [last = ""] = name.split(/[/\\]/).slice(-1);
  return last
    .replace(/\p{Cc}/gu, "")
    .trim()
    .slice(-120);
}

async function show(product: Product, problem?: string): Promise<Html> {
  const [files, times] = [await listFiles(product.id), await countDownloads(product.id)];
  return <StaffProductPage {...{ product, files, times, problem, downloads: await listDownloads(product.id, 50) }} />;
}

async function getById(id: string): Promise<Product> {
  const wanted = /^\d{1,9}$/.test(id) ? Number(id) : 0;
  const [product] = await db.select().from(products).where(eq(products.id, wanted));
  if (product === undefined) throw new NotFound("There is no such product.");
  return product;
}
