import { config } from "#config.ts";
import type { Command } from "#lib/app.ts";
import { createServer, stopOnSignals } from "#lib/http.ts";
import { closeImages } from "#lib/images.ts";
import { raw } from "#lib/jsx/jsx-runtime.ts";
import { log } from "#lib/log.ts";
import { routes } from "./routes.ts";

export const commands: readonly Command[] = [
  {
    name: "images",
    usage: "images",
    about: "Serve pictures and the resizer alone; no database is needed.",
    run: serveImages,
  },
];

async function serveImages(): Promise<number> {
  const server = await createServer({
    apps: [{ name: "media", routes }],
    baseUrl: config.BASE_URL,
    trustedProxies: config.TRUSTED_PROXIES,
    logger: log,
    errorPage: ({ title }) => raw(`<!doctype html><title>${title}</title><h1>${title}</h1>`),
  });
  stopOnSignals(async () => {
    await server.close();
    closeImages();
  }, log);
  const address = await server.listen({ host: config.HOST, port: config.PORT });
  process.stdout.write(`Pictures are at ${address}${config.ROBOCROP_KEY ? " and the resizer at /robocrop/" : ""}\n`);
  return 0;
}
