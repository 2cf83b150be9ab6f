import type { Router } from "#lib/app.ts";

export function membershipRoutes(_router: Router): void {}
