import type * as client from "openid-client";
import { z } from "zod";
import { config } from "#config.ts";
import { headerText, mailAddress } from "./mail/headers.ts";
import { configurationOf, loadLibrary } from "./oidc/discovery.ts";
import { explain, refused } from "./oidc/errors.ts";
import { askGitHub } from "./oidc/github.ts";
import type { Provider } from "./oidc/settings.ts";

/** What is kept between leaving for a provider and coming back; a secret of the browser that left. */
export const flowShape = z.object({
  provider: z.string(),
  issuer: z.string(),
  redirectUri: z.string(),
  state: z.string().min(16),
  nonce: z.string().min(16),
  verifier: z.string().min(43),
});
export type Flow = z.infer<typeof flowShape>;

/** Who a provider says somebody is. They are known by issuer and subject; an address changes hands. */
export interface Person {
  issuer: string;
  subject: string;
  /** As mail is sent to it; nothing when the provider has none, or one that nobody can write to. */
  address: string | undefined;
  /** Whether the provider says that it has seen them read mail there, at some time. */
  addressIsVerified: boolean;
  name: string;
}

/** Whom the settings let readers sign in with, in the order of their buttons. */
export function listProviders(): Provider[] {
  const { SIGN_IN_GITHUB: github, SIGN_IN_GOOGLE: google, SIGN_IN_OIDC: others } = config;
  return [github, google, ...others].filter((provider) => provider !== undefined);
}

export function findProvider(id: string): Provider | undefined {
  return listProviders().find((provider) => provider.id === id);
}

/** The provider whose people have this issuer. */
export function findProviderOf(issuer: string): Provider | undefined {
  const href = URL.parse(issuer)?.href;
  return listProviders().find((provider) => URL.parse(provider.issuer)?.href === href);
}

/**
 * Begins to sign somebody in: send them to `url`, and keep `flow` where only their browser brings it back from. With PKCE
 * (S256) always, as RFC 9700 wants. Throws SignInError within 2 s when the provider does not answer.
 */
export async function beginSignIn(
  provider: Provider,
  { redirectUri }: { redirectUri: string },
): Promise<{ url: string; flow: Flow }> {
  const [library, configuration] = await Promise.all([loadLibrary(), configurationOf(provider)]);
  const { randomNonce, randomPKCECodeVerifier, randomState } = library;
  const secrets = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const url = library.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    state: secrets.state,
    code_challenge: await library.calculatePKCECodeChallenge(secrets.verifier),
    code_challenge_method: "S256",
    ...(provider.kind === "github" ? { scope: "user:email" } : { scope: "openid email profile", nonce: secrets.nonce }),
  });
  return { url: url.href, flow: { provider: provider.id, issuer: provider.issuer, redirectUri, ...secrets } };
}

/**
 * Ends what `beginSignIn` began, with the address that the browser came back to and the flow that it brought along. Every
 * answer is checked: state, issuer (RFC 9207), PKCE, and of an ID token the signature, issuer, audience, nonce and time.
 * Each question to the provider ends after 2 s. Throws SignInError.
 */
export async function finishSignIn(provider: Provider, callbackUrl: URL, flow: Flow): Promise<Person> {
  // Each provider comes back to an address of its own, so that none can hand out what another one said (RFC 9700, 4.4.2).
  const isOurs = flow.provider === provider.id && flow.issuer === provider.issuer;
  if (!isOurs || flow.redirectUri !== `${callbackUrl.origin}${callbackUrl.pathname}`) {
    throw refused(provider.name, "The answer came to another address than it was asked to.");
  }
  const [library, configuration] = await Promise.all([loadLibrary(), configurationOf(provider)]);
  try {
    const checks = { expectedState: flow.state, pkceCodeVerifier: flow.verifier };
    const person =
      provider.kind === "github"
        ? await finishOAuth(provider, callbackUrl, { library, configuration, checks })
        : await finishConnect(callbackUrl, {
            library,
            configuration,
            checks: { ...checks, expectedNonce: flow.nonce },
          });
    return { ...person, ...addressOf(person), name: headerText(person.name, 70) };
  } catch (error) {
    throw explain(error, provider.name, library);
  }
}

interface Conversation {
  library: typeof client;
  configuration: client.Configuration;
  checks: client.AuthorizationCodeGrantChecks;
}

async function finishOAuth(provider: Provider, callbackUrl: URL, { library, configuration, checks }: Conversation) {
  const tokens = await library.authorizationCodeGrant(configuration, callbackUrl, checks);
  const headers = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
  return await askGitHub(provider, (url) =>
    library.fetchProtectedResource(configuration, tokens.access_token, url, "GET", null, new Headers(headers)),
  );
}

async function finishConnect(callbackUrl: URL, { library, configuration, checks }: Conversation): Promise<Person> {
  const tokens = await library.authorizationCodeGrant(configuration, callbackUrl, { ...checks, idTokenExpected: true });
  const token = tokens.claims();
  if (token === undefined) throw new Error("The library checks that there is an ID token.");
  // Many put no more than the subject into the token when there is an endpoint to ask for the rest.
  const isWhole = typeof token.email === "string" || configuration.serverMetadata().userinfo_endpoint === undefined;
  const claims = isWhole ? token : await library.fetchUserInfo(configuration, tokens.access_token, token.sub);
  // Some write true as a string.
  const isVerified: unknown = claims.email_verified;
  return {
    issuer: token.iss,
    subject: token.sub,
    address: textOf(claims.email),
    addressIsVerified: isVerified === true || isVerified === "true",
    name: textOf(claims.name) ?? textOf(token.name) ?? textOf(claims.preferred_username) ?? "",
  };
}

function addressOf({ address, addressIsVerified }: Person): Pick<Person, "address" | "addressIsVerified"> {
  const usable = address === undefined ? undefined : mailAddress(address);
  return { address: usable, addressIsVerified: usable !== undefined && addressIsVerified };
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === "string" && claim !== "" ? claim : undefined;
}
