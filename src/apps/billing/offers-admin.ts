import type { Model } from "#lib/admin.ts";

export const offersModels: readonly Model[] = [];
