import type { Router } from "#lib/app.ts";
import { shopRoutes } from "./routes/shop.tsx";
import { staffRoutes } from "./routes/staff.tsx";

export function routes(router: Router): void {
  shopRoutes(router);
  staffRoutes(router);
}
