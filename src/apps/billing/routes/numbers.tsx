import type { Router } from "#lib/app.ts";

export function numbersRoutes(_router: Router): void {}
