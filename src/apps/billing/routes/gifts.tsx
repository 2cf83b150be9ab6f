import type { Router } from "#lib/app.ts";

export function giftsRoutes(_router: Router): void {}
