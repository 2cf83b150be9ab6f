import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Settings are read once, on import, so every test file that needs the site imports this first.
const folder = mkdtempSync(join(tmpdir(), "lectern-test-data-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
Object.assign(process.env, {
  DATA_DIR: folder,
  SECRET_KEY: "a key for tests only, known to everybody",
  BASE_URL: "http://localhost",
  BREACHED_PASSWORDS: "false",
  LOG_LEVEL: "fatal",
  NODE_ENV: "test",
});
