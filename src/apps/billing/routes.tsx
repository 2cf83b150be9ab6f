import type { Router } from "#lib/app.ts";
import { eventsRoutes } from "./routes/events.tsx";
import { giftsRoutes } from "./routes/gifts.tsx";
import { joinRoutes } from "./routes/join.tsx";
import { membershipRoutes } from "./routes/membership.tsx";
import { numbersRoutes } from "./routes/numbers.tsx";
import { overlayRoutes } from "./routes/overlay.tsx";
import { purchasesRoutes } from "./routes/purchases.tsx";
import { sandboxRoutes } from "./routes/sandbox.tsx";

export function routes(router: Router): void {
  joinRoutes(router);
  overlayRoutes(router);
  membershipRoutes(router);
  purchasesRoutes(router);
  giftsRoutes(router);
  sandboxRoutes(router);
  eventsRoutes(router);
  numbersRoutes(router);
}
