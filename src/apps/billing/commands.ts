import type { Command } from "#lib/app.ts";

export const commands: readonly Command[] = [];
