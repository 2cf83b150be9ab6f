import { z } from "zod";
import { startCheckout } from "#apps/billing/checkouts.ts";
import { depart } from "#apps/billing/departing.tsx";
import { listProductOffers } from "#apps/members/plans.ts";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { countryOf } from "#lib/http/country.ts";
import { Refused } from "#lib/http/problems.ts";
import { urls } from "#urls.ts";
import { findFile, readFile, recordDownload } from "../files.ts";
import { linkProblem } from "../links.ts";
import { getProduct, listOwnProducts, ownsProduct } from "../products.ts";
import { ProductPage } from "../views/product.tsx";
import { StorePage } from "../views/store.tsx";

const number = z.coerce.number().int().positive();
const buying = z.object({ price: number });
const signed = z.object({ user: number, until: number, s: z.string().max(100) });

/** What is bought once, the way to pay for it, and what one has then. */
export function shopRoutes(router: Router): void {
  router.get(urls.store.pattern, { access: "anyone", cache: true }, async ({ viewer }) => (
    <StorePage offers={await listProductOffers()} own={await listOwnProducts(viewer)} />
  ));

  router.get(urls.product.pattern, { access: "anyone" }, async (request) => {
    const { viewer, params } = request;
    return <ProductPage viewer={viewer} shown={await getProduct(viewer, params.product, countryOf(request))} />;
  });

  router.post(urls.product.pattern, { access: "viewer" }, async (request, reply) => {
    const { viewer } = request;
    const country = countryOf(request);
    const shown = await getProduct(viewer, request.params.product, country);
    const { data } = readForm(request, buying);
    const here = urls.product({ product: shown.product.slug });
    if (data === undefined) throw new Refused(400);
    // Nobody pays twice for the same thing.
    if (shown.isOwn) return reply.redirect(here, 303);
    if (data.price !== shown.price?.id) {
      reply.code(409);
      return (
        <ProductPage viewer={viewer} shown={shown} problem="The price has changed meanwhile. This is the new one." />
      );
    }
    const started = await startCheckout(viewer, {
      kind: "product",
      priceId: data.price,
      country,
      next: here,
      back: here,
    });
    if ("step" in started) return depart(reply, started);
    reply.code(started.refused === "provider" ? 503 : 409);
    return <ProductPage viewer={viewer} shown={shown} problem={started.sentence} />;
  });

  // Whoever follows a link may do so in another program, which is not signed in: the link says whose it is.
  router.get(urls.download.pattern, { access: "anyone", query: signed.partial() }, async (request, reply) => {
    const id = number.safeParse(request.params.file);
    const link = signed.safeParse(request.query);
    if (!id.success || !link.success) throw new NotFound("There is no such file.");
    const { user, until, s } = link.data;
    const problem = linkProblem({ file: id.data, user, until }, s);
    if (problem === "forged") throw new NotFound("There is no such file.");
    const file = await findFile(id.data);
    if (file === undefined) throw new NotFound("There is no such file any more.");
    if (problem === "expired")
      throw new Refused(410, "This link is too old. Open the page of the product for another.");
    if (!(await ownsProduct(user, file.productId))) {
      throw new Refused(403, "Whom this link was made for has this product no more.");
    }
    const bytes = await readFile(file);
    if (bytes === undefined) throw new Refused(503, "The file cannot be sent right now. Please try again soon.");
    if (request.method === "GET") await recordDownload(user, file.id);
    reply.headers({
      "cache-control": "private, no-store",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, escaped)}`,
    });
    return reply.type(file.contentType).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
}

// RFC 8187, 3.2.1: what encodeURIComponent leaves as it is, and a header must not.
function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
