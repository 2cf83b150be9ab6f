import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { Provider } from "oidc-provider";
import { readToken } from "./tokens.ts";
import type { Token } from "./tokens.ts";

/** A whole OpenID Connect provider on this machine, with one person at its keyboard. */
export interface StandIn {
  issuer: string;
  clientId: string;
  clientSecret: string;
  privateKey: KeyObject;
  person: { sub: string; email?: string; email_verified?: boolean; name?: string };
  /** What that person says when asked whether they agree; `ask` shows them a page. */
  answer: "agree" | "decline" | "ask";
  /** It takes questions and answers none. */
  isSilent: boolean;
  /** It answers everything with this status, and never stops. */
  failure: number | undefined;
  /** Changes an ID token before it leaves. */
  tamper: ((token: Token) => string) | undefined;
  /** What it has been asked: paths. */
  asked: string[];
  stop(): Promise<void>;
}

export async function startProvider({ redirectUris }: { redirectUris: string[] }): Promise<StandIn> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const standIn: StandIn = {
    issuer: `http://127.0.0.1:${address.port}`,
    clientId: "lectern",
    clientSecret: randomBytes(24).toString("base64url"),
    privateKey,
    person: { sub: "1001", email: "maya@example.org", email_verified: true, name: "Maya Example" },
    answer: "agree",
    isSilent: false,
    failure: undefined,
    tamper: undefined,
    asked: [],
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const provider = createProvider(standIn, redirectUris);
  const answer = provider.callback();
  server.on("request", (request, response) => {
    standIn.asked.push(request.url?.replace(/\?.*/, "") ?? "");
    if (standIn.isSilent) return;
    if (standIn.failure !== undefined) fail(response, standIn.failure);
    else if (request.url?.startsWith("/interaction/")) void decide(provider, standIn, { request, response });
    else void answer(request, response);
  });
  return standIn;
}

function fail(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "application/json" });
  Readable.from(endlessNothing()).pipe(response);
}

function* endlessNothing(): Generator<string> {
  while (true) yield " ".repeat(10_000);
}

function createProvider(standIn: StandIn, redirectUris: string[]): Provider {
  const key = { ...standIn.privateKey.export({ format: "jwk" }), kid: "key-1", use: "sig", alg: "RS256" };
  const provider = new Provider(standIn.issuer, {
    clients: [{ client_id: standIn.clientId, client_secret: standIn.clientSecret, redirect_uris: redirectUris }],
    jwks: { keys: [key] },
    cookies: { keys: ["a key for tests only"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    features: { devInteractions: { enabled: false } },
    renderError: (context, { error }) => {
      context.body = error;
    },
    pkce: { required: () => true },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...standIn.person, sub }) }),
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  });
  provider.use(async (context, next) => {
    await next();
    if (standIn.tamper === undefined || context.oidc?.route !== "token" || !hasToken(context.body)) return;
    context.body.id_token = standIn.tamper(readToken(context.body.id_token));
  });
  return provider;
}

function hasToken(body: unknown): body is { id_token: string } {
  return typeof body === "object" && body !== null && "id_token" in body;
}

async function decide(
  provider: Provider,
  standIn: StandIn,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const said = standIn.answer === "ask" ? /\?say=(\w+)$/.exec(request.url ?? "")?.[1] : standIn.answer;
  if (said === undefined) {
    response.setHeader("content-type", "text/html").end(pageOf(standIn));
  } else if (said === "decline") {
    await provider.interactionFinished(request, response, { error: "access_denied" });
  } else {
    const grant = new provider.Grant({ accountId: standIn.person.sub, clientId: String(params.client_id) });
    grant.addOIDCScope("openid email profile");
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(request, response, { login: { accountId: standIn.person.sub }, consent });
  }
}

function pageOf({ person }: StandIn): string {
  return `<!doctype html><html lang="en"><title>Stand-in</title><link rel="icon" href="data:,"><h1>Stand-in</h1>
    <p><a href="?say=agree">Continue as ${person.name}</a> <a href="?say=decline">Cancel</a></p></html>`;
}
