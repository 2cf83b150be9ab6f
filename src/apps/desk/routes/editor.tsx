import type { Router } from "#lib/app.ts";

export function editorRoutes(_router: Router): void {}
