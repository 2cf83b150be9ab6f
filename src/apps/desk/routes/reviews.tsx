import type { Router } from "#lib/app.ts";

export function reviewsRoutes(_router: Router): void {}
