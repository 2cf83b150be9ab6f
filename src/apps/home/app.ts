import { defineApp } from "#lib/app.ts";
import { routes } from "./routes.tsx";

export default defineApp({
  name: "home",
  about: "The front page.",
  routes,
});
