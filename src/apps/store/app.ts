import { defineApp } from "#lib/app.ts";
import { models } from "./admin.ts";
import { addProducts } from "./fixtures.ts";
import { routes } from "./routes.tsx";

export default defineApp({
  name: "store",
  about: "What is bought once, and its downloads.",
  admin: models,
  routes,
  fixtures: addProducts,
});
