import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "teams",
  about: "Seats that somebody pays for others.",
});
