import type { IncomingHttpHeaders } from "node:http";
import type { ProviderName } from "./names.ts";

/**
 * Keeps an event that a provider tells, once, and has it processed by a task; answers once it is kept. Throws Refused with
 * 400 or 401 for what is not signed by the provider, 404 for a provider that this site does not use.
 */
export function receiveEvent(provider: ProviderName, body: Buffer, headers: IncomingHttpHeaders): Promise<void> {
  throw new Error(`Not yet: ${provider}, ${body.length}, ${Object.keys(headers).length}.`);
}
