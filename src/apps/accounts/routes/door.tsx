import type { Router } from "#lib/app.ts";

export function doorRoutes(_router: Router): void {}
