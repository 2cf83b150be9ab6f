import type { Router } from "#lib/app.ts";

export function purchasesRoutes(_router: Router): void {}
