import type { CustomFetch } from "openid-client";
import { away, refused } from "./errors.ts";

export const deadlineSeconds = 2;
const maxBytes = 1_000_000;

/** A fetch that takes whole, small answers only, and knows whose silence it was. */
export function fetchFrom(name: string): CustomFetch {
  return async (url, { body, ...options }) => {
    // What the library sends is a form or nothing.
    const form = body instanceof URLSearchParams ? body : null;
    const response = await fetch(url, { ...options, body: form }).catch((error: unknown) => {
      throw away(name, codeOf(error));
    });
    if (response.status >= 500) {
      await response.body?.cancel();
      throw away(name, `It answered ${response.status}.`);
    }
    const { status, headers } = response;
    return new Response(await readBody(response, name), { status, headers });
  };
}

async function readBody(response: Response, name: string): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length;
      // Leaving the loop ends the connection.
      if (length > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw away(name, codeOf(error));
  }
  if (length > maxBytes) throw refused(name, `It answered more than ${maxBytes} bytes.`);
  return length === 0 ? null : Buffer.concat(chunks);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unreachable";
  const { cause = error } = error;
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : error.name;
}
