import type { Router } from "#lib/app.ts";

export function sandboxRoutes(_router: Router): void {}
