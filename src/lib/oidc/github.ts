import type * as client from "openid-client";
import { z } from "zod";
import type { Person } from "../oidc.ts";
import { refused } from "./errors.ts";
import type { Provider } from "./settings.ts";

/**
 * GitHub speaks OAuth 2 and says nothing of itself. Its callback names this issuer (RFC 9207); accounts are kept under the
 * address people know. https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export function githubServer({ issuer }: Provider): client.ServerMetadata {
  return {
    issuer: `${issuer}/login/oauth`,
    authorization_endpoint: `${issuer}/login/oauth/authorize`,
    token_endpoint: `${issuer}/login/oauth/access_token`,
  };
}

// The login can be given up and taken by somebody else; the number cannot.
const user = z.object({ id: z.int().positive(), login: z.string(), name: z.string().nullish() });
const emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/** Asks GitHub's API whose token this is. */
export async function askGitHub(provider: Provider, get: (url: URL) => Promise<Response>): Promise<Person> {
  const about = await read(await get(apiOf(provider, "user")), user, provider);
  // A GitHub App that may not read them answers 403 or 404.
  const answer = await get(apiOf(provider, "user/emails"));
  const addresses = answer.ok ? await read(answer, emails, provider) : [];
  const primary = addresses.find((address) => address.primary);
  return {
    issuer: provider.issuer,
    subject: String(about.id),
    address: primary?.email,
    addressIsVerified: primary?.verified === true,
    name: about.name || about.login,
  };
}

// A server of one's own has its API below its own address.
function apiOf({ issuer }: Provider, path: string): URL {
  return new URL(path, issuer === "https://github.com" ? "https://api.github.com/" : `${issuer}/api/v3/`);
}

async function read<T>(response: Response, schema: z.ZodType<T>, { name }: Provider): Promise<T> {
  const body: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  const result = schema.safeParse(body);
  if (!result.success) throw refused(name, `Its API answered ${response.status}, and not what it should.`);
  return result.data;
}
