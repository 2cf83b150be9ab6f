import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

/** As much of GitHub as signing in needs, with the manners of the real one: errors of tokens are answered with 200. */
export interface FakeGitHub {
  origin: string;
  clientId: string;
  clientSecret: string;
  user: { id: number; login: string; name: string | null };
  emails: { email: string; primary: boolean; verified: boolean }[];
  answer: "agree" | "decline";
  stop(): Promise<void>;
}

interface Grant {
  challenge: string | null;
  redirectUri: string | null;
}

export async function startGitHub({ redirectUris }: { redirectUris: string[] }): Promise<FakeGitHub> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const github: FakeGitHub = {
    origin: `http://127.0.0.1:${address.port}`,
    clientId: "Iv1.lectern",
    clientSecret: randomBytes(20).toString("hex"),
    user: { id: 583231, login: "octocat", name: "Mona Example" },
    emails: [
      { email: "old@example.org", primary: false, verified: true },
      { email: "mona@example.org", primary: true, verified: true },
    ],
    answer: "agree",
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const codes = new Map<string, Grant>();
  const tokens = new Set<string>();
  server.on("request", (request, response) => {
    const url = new URL(request.url ?? "/", github.origin);
    if (url.pathname === "/login/oauth/authorize") authorize(url, { github, codes, redirectUris, response });
    else if (url.pathname === "/login/oauth/access_token") void exchange(request, { github, codes, tokens, response });
    else if (!tokens.has(request.headers.authorization?.replace(/^bearer /i, "") ?? "")) json(response, 401, {});
    else if (url.pathname === "/api/v3/user") json(response, 200, github.user);
    else if (url.pathname === "/api/v3/user/emails") json(response, 200, github.emails);
    else json(response, 404, {});
  });
  return github;
}

function authorize(
  { searchParams: asked }: URL,
  {
    github,
    codes,
    redirectUris,
    response,
  }: { github: FakeGitHub; codes: Map<string, Grant>; redirectUris: string[]; response: ServerResponse },
): void {
  const redirectUri = asked.get("redirect_uri");
  if (asked.get("client_id") !== github.clientId || redirectUri === null || !redirectUris.includes(redirectUri)) {
    return json(response, 404, {});
  }
  const back = new URL(redirectUri);
  if (github.answer === "decline") back.searchParams.set("error", "access_denied");
  else {
    const code = randomBytes(10).toString("hex");
    codes.set(code, { challenge: asked.get("code_challenge"), redirectUri });
    back.searchParams.set("code", code);
  }
  back.searchParams.set("state", asked.get("state") ?? "");
  back.searchParams.set("iss", `${github.origin}/login/oauth`);
  response.writeHead(302, { location: back.href }).end();
}

async function exchange(
  request: IncomingMessage,
  {
    github,
    codes,
    tokens,
    response,
  }: { github: FakeGitHub; codes: Map<string, Grant>; tokens: Set<string>; response: ServerResponse },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const given = new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
  const code = given.get("code") ?? "";
  const grant = codes.get(code);
  codes.delete(code);
  const challenge = createHash("sha256")
    .update(given.get("code_verifier") ?? "")
    .digest("base64url");
  if (given.get("client_id") !== github.clientId || given.get("client_secret") !== github.clientSecret) {
    json(response, 200, { error: "incorrect_client_credentials" });
  } else if (grant === undefined || grant.challenge !== challenge || grant.redirectUri !== given.get("redirect_uri")) {
    json(response, 200, { error: "bad_verification_code" });
  } else {
    const token = `gho_${randomBytes(18).toString("hex")}`;
    tokens.add(token);
    json(response, 200, { access_token: token, scope: "user:email", token_type: "bearer" });
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
