import { defineApp } from "#lib/app.ts";
import { addPages } from "./fixtures.ts";
import { showPage } from "./routes.tsx";

export default defineApp({
  name: "pages",
  about: "Static pages such as About.",
  entries: { page: showPage },
  fixtures: addPages,
});
