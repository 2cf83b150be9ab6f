import type { Router } from "#lib/app.ts";

export function providersRoutes(_router: Router): void {}
