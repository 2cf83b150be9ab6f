import { defineApp, later } from "#lib/app.ts";

export default defineApp({
  name: "desk",
  about: "Where texts are made: the editor, versions, reviews, the board and the calendar.",
  routes: later(() => import("./routes.tsx")),
});
