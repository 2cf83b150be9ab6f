import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Everything that a run writes is in this folder, and goes with it. */
export const folder = mkdtempSync(join(realpathSync(tmpdir()), "lectern-bench-"));

// Settings are read once, on import, so this comes before whatever needs them. All others are those of production; the
// processes that are measured inherit these.
Object.assign(process.env, {
  DATA_DIR: join(folder, "data"),
  SECRET_KEY: "a key for measuring only, known to everybody",
  BASE_URL: "http://localhost",
  DEMO: "false",
});
for (const name of ["DATABASE_URL", "STORAGE_URL", "LOG_LEVEL", "DEV"]) delete process.env[name];
