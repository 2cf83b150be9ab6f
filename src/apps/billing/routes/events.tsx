import type { Router } from "#lib/app.ts";

export function eventsRoutes(_router: Router): void {}
