// `./manage serve` without its page cache.
import { readContentVersion } from "#apps/catalog/content-version.ts";
import { openDatabase } from "../src/commands/runtime.ts";
import { config } from "#config.ts";
import { buildAssets } from "#lib/assets.ts";
import { stopOnSignals } from "#lib/http.ts";
import { log } from "#lib/log.ts";
import { createSite } from "../src/site.tsx";

const database = await openDatabase();
buildAssets();
await readContentVersion();
const server = await createSite({ pageCache: false });
stopOnSignals(async () => {
  await server.close();
  await database.close();
}, log);
await server.listen({ host: config.HOST, port: config.PORT });
