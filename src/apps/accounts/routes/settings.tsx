import type { Router } from "#lib/app.ts";

export function settingsRoutes(_router: Router): void {}
