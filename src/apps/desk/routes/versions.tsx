import type { Router } from "#lib/app.ts";

export function versionsRoutes(_router: Router): void {}
