import { cardOf } from "#apps/catalog/cards.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatPrice } from "#lib/money.ts";
import type { Viewer } from "#lib/viewer.ts";
import { CardList } from "#ui/card.tsx";
import { Form, Submit } from "#ui/form.tsx";
import { Layout } from "#ui/layout.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { downloadPath } from "../links.ts";
import type { ShownProduct } from "../products.ts";
import { sizeOf } from "./size.ts";

export interface ProductPageProps {
  viewer: Viewer;
  shown: ShownProduct;
  problem?: string;
}

/** One product: what it is and costs; for who has it, its files and what it opens. */
export function ProductPage({ viewer, shown, problem }: ProductPageProps): Html {
  const { product, opens, isOwn, price } = shown;
  return (
    <Layout
      title={product.name}
      description={product.summary || undefined}
      canonical={urls.product({ product: product.slug })}
      styles={["members.css"]}
    >
      <article class="product">
        <header>
          <h1>{product.name}</h1>
          {product.summary ? <p class="lede">{product.summary}</p> : null}
        </header>
        {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
        {isOwn ? <p class="product-own">It is yours.</p> : price ? <Buying {...{ viewer, product, price }} /> : null}
        <Files viewer={viewer} shown={shown} />
        {opens.length > 0 ? (
          <section>
            <h2>{isOwn ? "Read it here" : "What you read here with it"}</h2>
            <CardList entries={opens.map(cardOf)} heading={3} />
          </section>
        ) : null}
      </article>
    </Layout>
  );
}

type BuyingProps = { viewer: Viewer; product: ShownProduct["product"]; price: NonNullable<ShownProduct["price"]> };

function Buying({ viewer, product, price }: BuyingProps): Html {
  const here = urls.product({ product: product.slug });
  const label = `Buy for ${formatPrice(price.amount, price.currency)}`;
  if (viewer.id !== null) {
    return (
      <Form action={here}>
        <input type="hidden" name="price" value={price.id} />
        <Submit>{label}</Submit>
        <p class="hint">Paid once, and yours for good.</p>
      </Form>
    );
  }
  return (
    <>
      <p class="product-ways">
        <a class="button primary" href={urls.register({}, { next: here })} rel="nofollow">
          {label}
        </a>
        <a class="button" href={urls.signIn({}, { next: here })} rel="nofollow">
          I have an account: sign in
        </a>
      </p>
      <p class="hint">Paid once, and yours for good. It needs a free account, so that you find it again.</p>
    </>
  );
}

function Files({ viewer, shown: { files, isOwn } }: { viewer: Viewer; shown: ShownProduct }): Html | null {
  if (files.length === 0) return null;
  // Whoever acts for a reader keeps nothing of theirs.
  const owner = isOwn && viewer.session?.isImpersonated !== true ? viewer.id : null;
  return (
    <section>
      <h2>{isOwn ? "Download" : "Files"}</h2>
      <ul class="product-files">
        {files.map(({ id, name, bytes }) => (
          <li>
            {owner === null ? (
              name
            ) : (
              <a href={downloadPath(id, owner)} download={name} rel="nofollow">
                {name}
              </a>
            )}
            <span>{sizeOf(bytes)}</span>
          </li>
        ))}
      </ul>
      {owner === null ? null : <p class="hint">A link is good for an hour. Open this page for new ones.</p>}
    </section>
  );
}
