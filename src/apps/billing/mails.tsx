import type { Template } from "#lib/mail/template.ts";

export const mails: readonly Template<unknown>[] = [];
