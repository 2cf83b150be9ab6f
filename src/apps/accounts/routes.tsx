import type { Router } from "#lib/app.ts";
import { doorRoutes } from "./routes/door.tsx";
import { passkeysRoutes } from "./routes/passkeys.tsx";
import { profileRoutes } from "./routes/profile.tsx";
import { providersRoutes } from "./routes/providers.tsx";
import { settingsRoutes } from "./routes/settings.tsx";

export function routes(router: Router): void {
  doorRoutes(router);
  providersRoutes(router);
  passkeysRoutes(router);
  settingsRoutes(router);
  profileRoutes(router);
}
