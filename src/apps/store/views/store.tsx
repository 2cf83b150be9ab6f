import type { ProductOffer } from "#apps/members/plans.ts";
import type { Product } from "#apps/members/schema.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatPrice } from "#lib/money.ts";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";

/** Everything that is bought once, and what of it the reader has. */
export function StorePage({ offers, own }: { offers: readonly ProductOffer[]; own: readonly Product[] }): Html {
  const isOwn = (id: number): boolean => own.some((each) => each.id === id);
  return (
    <Layout title="Store" description="Books and courses to keep." canonical={urls.store()} styles={["members.css"]}>
      <header class="intro">
        <h1>Store</h1>
        <p>Books and courses to keep: paid once, and yours for good.</p>
      </header>
      {offers.length === 0 && own.length === 0 ? (
        <EmptyState title="There is nothing to buy here yet.">
          <p>
            <a href={urls.tutorials()}>Read the tutorials</a> meanwhile.
          </p>
        </EmptyState>
      ) : null}
      {own.length > 0 ? (
        <section class="store" aria-labelledby="own">
          <h2 id="own">Yours</h2>
          <ul>
            {own.map((product) => (
              <Row product={product} aside="Open" />
            ))}
          </ul>
        </section>
      ) : null}
      <section class="store" aria-label="All products">
        <ul>
          {offers
            .filter(({ product }) => !isOwn(product.id))
            .map(({ product, price }) => (
              <Row product={product} aside={formatPrice(price.amount, price.currency)} />
            ))}
        </ul>
      </section>
    </Layout>
  );
}

function Row({ product, aside }: { product: Product; aside: string }): Html {
  return (
    <li>
      <a href={urls.product({ product: product.slug })}>{product.name}</a>
      <strong>{aside}</strong>
      {product.summary ? <p>{product.summary}</p> : null}
    </li>
  );
}
