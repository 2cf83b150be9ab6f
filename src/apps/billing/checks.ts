import type { Check } from "#lib/app.ts";

export const checks: readonly Check[] = [];
