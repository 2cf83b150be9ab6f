import { inArray } from "drizzle-orm";
import { touchContent } from "#apps/catalog/content-version.ts";
import { entries } from "#apps/catalog/schema.ts";
import { entitlements, plans, prices, products } from "#apps/members/schema.ts";
import { model, readOnlyModel, type Inline, type Model, type Row } from "#lib/admin.ts";
import { db } from "#lib/db.ts";
import { UserError } from "#lib/errors.ts";
import { urls } from "#urls.ts";

// What somebody pays follows from its price, and what they may open from that.
const ofPrices = (on: "planId" | "productId"): Inline => ({
  table: prices,
  on,
  fields: ["currency", "amount", "countries", "isOffered"],
  label: "Prices",
  check: (price, before) => {
    if (price === undefined)
      throw new UserError("A price stays, as somebody may be paying it. Offer it no more instead.");
    if (before !== undefined && (price.amount !== before.amount || price.currency !== before.currency)) {
      throw new UserError("An amount never changes, as somebody may be paying it. Offer it no more, and add another.");
    }
    if (!isCurrency(price.currency)) throw new UserError("A currency has three capital letters: USD.");
    if (!listOf(price.countries).every((code) => /^[A-Z]{2}$/.test(code))) {
      throw new UserError("A country has two capital letters, a line each: IN.");
    }
  },
});

const priceHelp =
  "An amount is in the smallest unit of its currency: 1500 is $15. The first price without countries is asked for wherever there is no other.";

const ofPlans = model(plans, {
  about: `What a membership is sold as. ${priceHelp}`,
  title: "name",
  list: ["name", "slug", "kind", "interval", "trialDays", "isOffered", "position"],
  filters: ["kind", "isOffered"],
  order: "position",
  editable: ["position"],
  readOnly: ["createdAt"],
  long: ["summary"],
  slugs: { slug: "name" },
  help: {
    slug: "Stands in its address.",
    features: "What it gives, a line each.",
    kind: "A lifetime plan is paid once; of a team plan so many seats are paid.",
    interval: "How often it is paid; empty for what is paid once.",
    trialDays: "Given once to everybody.",
    isOffered: "Whether it can be joined now. Those who have it keep it.",
  },
  inlines: [ofPrices("planId")],
  without: ["delete"],
  pageOf: () => urls.join(),
  check: ({ kind, interval }) => {
    if ((kind === "lifetime") !== (interval === null)) {
      throw new UserError("A lifetime plan has no interval, and every other plan has one.");
    }
  },
  saved: touch,
});

const ofProducts = model(products, {
  about: `What is bought once, such as a book or a course. ${priceHelp}`,
  title: "name",
  list: ["name", "slug", "isOffered", "createdAt"],
  search: ["name", "slug"],
  filters: ["isOffered"],
  order: "name",
  readOnly: ["createdAt"],
  long: ["summary"],
  slugs: { slug: "name" },
  help: {
    slug: "Stands in its address.",
    opens: "The numbers of entries that it opens, a line each. What opens a series opens its parts.",
    isOffered: "Whether it can be bought now. Those who have it keep it.",
  },
  inlines: [ofPrices("productId")],
  without: ["delete"],
  pageOf: ({ slug }) => (typeof slug === "string" ? urls.product({ product: slug }) : undefined),
  elsewhere: ({ id }) => ({ label: "Its files", href: urls.staffProduct({ id: String(id) }) }),
  check: async ({ opens }) => {
    const ids = listOf(opens);
    if (!ids.every((id) => /^\d{1,9}$/.test(id))) throw new UserError("An entry is named by its number, a line each.");
    const wanted = [...new Set(ids.map(Number))];
    if (wanted.length === 0) return;
    const found = await db.select({ id: entries.id }).from(entries).where(inArray(entries.id, wanted));
    if (found.length < wanted.length) throw new UserError("One of these entries is not there.");
  },
  saved: touch,
});

const ofEntitlements = model(entitlements, {
  about: "From when to when somebody may open what. All of it follows from what was bought, given or granted.",
  title: "label",
  list: ["userId", "label", "source", "planId", "productId", "startsAt", "endsAt"],
  filters: ["source", "planId", "productId", "endsAt"],
  dates: "startsAt",
  order: "-startsAt",
  hidden: ["sourceKey"],
  without: readOnlyModel,
  elsewhere: ({ userId }) => ({ label: "All of theirs", href: urls.staffMember({ id: String(userId) }) }),
});

export const offersModels: readonly Model[] = [ofPlans, ofProducts, ofEntitlements];

async function touch(): Promise<void> {
  await touchContent();
}

function listOf(value: Row[string]): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isCurrency(value: Row[string]): boolean {
  return typeof value === "string" && Intl.supportedValuesOf("currency").includes(value);
}
