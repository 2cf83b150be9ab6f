import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

process.env.TRUSTED_PROXIES = "127.0.0.1";
const { visitOk } = await import("../../../test/helpers/site.ts");
const { urls } = await import("#urls.ts");
const { listPricedPlans } = await import("./pricing.ts");
const { previewPrice } = await import("./previews.ts");
const { ProviderError } = await import("./provider.ts");
const { currentProvider, useProviders } = await import("./providers.ts");
const { publishAll } = await import("./publishing.ts");

const sandbox = await currentProvider();
await publishAll(sandbox);
const [monthly] = await listPricedPlans();
const price = monthly?.prices.find(({ currency }) => currency === "USD");
assert.ok(price);

beforeEach(() => useProviders([sandbox]));

const from = (country: string) => ({ headers: { "x-forwarded-for": "198.51.100.7", "cf-ipcountry": country } });
const ask = (provider: typeof sandbox, quantity: number, country = "DE") =>
  previewPrice(provider, { price, quantity, coupon: undefined, country });

test("who is about to join sees what it comes to where they are", async () => {
  const inDollars = { currency: "USD" };
  const german = await visitOk(urls.joinPlan({ plan: "monthly" }, inDollars), from("DE"));
  assert.match(german.text, /Tax in Germany \$2\.85 Due today \$17\.85 With the tax of Germany/);
  assert.match(german.text, /\$17\.85 a month\. It renews/);
  const yearly = await visitOk(urls.joinPlan({ plan: "yearly" }, inDollars), from("GB"));
  assert.match(yearly.text, /Tax in United Kingdom \$30\.00 14 days free −\$180\.00 Due today \$0\.00/);
  const american = await visitOk(urls.joinPlan({ plan: "monthly" }), from("US"));
  assert.match(american.text, /Due today \$15\.00 No tax is added in United States/);
});

test("where nobody knows the country, or the provider does not say, taxes are announced", async () => {
  assert.match((await visitOk(urls.joinPlan({ plan: "monthly" }))).text, /Due today \$15\.00 Taxes are added where/);
  useProviders([{ ...sandbox, previewPrice: async () => undefined }]);
  assert.match((await visitOk(urls.joinPlan({ plan: "monthly" }), from("PL"))).text, /Taxes are added where/);
});

test("an answer and a silence are both remembered", async () => {
  let asked = 0;
  const count = { ...sandbox, previewPrice: async () => ((asked += 1), { tax: 1, total: 2 }) };
  await Promise.all([ask(count, 5), ask(count, 5)]);
  assert.deepEqual(await ask(count, 5), { tax: 1, total: 2 });
  assert.equal(asked, 1);
  const away = {
    ...sandbox,
    previewPrice: async () => {
      asked += 1;
      throw new ProviderError("unreachable", "It does not answer.");
    },
  };
  assert.equal(await ask(away, 6), undefined);
  assert.equal(await ask(away, 6), undefined);
  assert.equal(asked, 2);
  assert.equal(await ask(away, 6, ""), undefined);
});
