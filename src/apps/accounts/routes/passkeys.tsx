import type { Router } from "#lib/app.ts";

export function passkeysRoutes(_router: Router): void {}
