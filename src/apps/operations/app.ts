import { defineApp } from "#lib/app.ts";

export default defineApp({
  name: "operations",
  about: "What the one who runs the site wants to hear: errors, alerts, metrics and uptime.",
});
