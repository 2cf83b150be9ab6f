import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: ["./src/apps/*/schema.ts", "./src/lib/*/schema.ts"],
  out: "./migrations",
});
