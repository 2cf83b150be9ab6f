import type { Router } from "#lib/app.ts";

export function joinRoutes(_router: Router): void {}
