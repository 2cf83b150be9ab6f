import { defineApp } from "#lib/app.ts";
import { routes } from "./routes.tsx";

export default defineApp({
  name: "desk",
  about: "Where texts are made: the editor, versions, reviews, the board and the calendar.",
  routes,
});
