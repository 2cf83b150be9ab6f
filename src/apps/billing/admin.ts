import type { Model } from "#lib/admin.ts";
import { couponsModels } from "./coupons-admin.ts";
import { offersModels } from "./offers-admin.ts";
import { recordsModels } from "./records-admin.ts";

export const models: readonly Model[] = [...offersModels, ...couponsModels, ...recordsModels];
