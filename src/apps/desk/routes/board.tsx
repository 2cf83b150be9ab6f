import type { Router } from "#lib/app.ts";

export function boardRoutes(_router: Router): void {}
