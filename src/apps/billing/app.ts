import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "billing",
  about: "Plans, checkout, subscriptions and what came from payment providers.",
});
