import { defineConfig } from "drizzle-kit";

export default defineConfig({ dialect: "postgresql", schema: "./src/apps/*/schema.ts", out: "./migrations" });
