import type { Model } from "#lib/admin.ts";

export const couponsModels: readonly Model[] = [];
