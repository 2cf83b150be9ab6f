import { isSafeToAsk, slugify } from "../url.ts";

/** Somebody else who says who a reader is. */
export interface Provider {
  /** What stands in the callback address. */
  id: string;
  name: string;
  kind: "oidc" | "github";
  /** The issuer's identifier, or the origin of a GitHub. */
  issuer: string;
  clientId: string;
  clientSecret: string;
}

const github = { id: "github", name: "GitHub", kind: "github", issuer: "https://github.com" } as const;
const google = { id: "google", name: "Google", kind: "oidc", issuer: "https://accounts.google.com" } as const;

/** GitHub from `CLIENT_ID:CLIENT_SECRET`, or from `https://CLIENT_ID:CLIENT_SECRET@host` for a server of one's own. */
export function readGitHub(text: string): Provider | undefined {
  const client = readPair(text);
  if (client !== undefined) return { ...github, ...client };
  const server = readIssuer(text);
  return server === undefined || !URL.canParse(server.issuer) || new URL(server.issuer).pathname !== "/"
    ? undefined
    : { ...github, ...server, issuer: new URL(server.issuer).origin };
}

/** Google from `CLIENT_ID:CLIENT_SECRET`. */
export function readGoogle(text: string): Provider | undefined {
  const client = readPair(text);
  return client && { ...google, ...client };
}

/**
 * Providers from `Name=https://CLIENT_ID:CLIENT_SECRET@issuer.example.org/path`, several separated by commas; nothing
 * when one is wrong or two would share a callback address.
 */
export function readProviders(text: string): Provider[] | undefined {
  const items = text.split(",").filter((item) => item.trim() !== "");
  const providers = items.map((item) => readProvider(item.trim())).filter((provider) => provider !== undefined);
  const ids = new Set([github.id, google.id, ...providers.map(({ id }) => id)]);
  return providers.length === items.length && ids.size === items.length + 2 ? providers : undefined;
}

function readProvider(text: string): Provider | undefined {
  const [, name = "", address = ""] = /^([^=]{1,40})=\s*(.+)$/.exec(text) ?? [];
  const client = readIssuer(address);
  const id = slugify(name);
  return client === undefined || id === "" ? undefined : { id, name: name.trim(), kind: "oidc", ...client };
}

function readPair(text: string): { clientId: string; clientSecret: string } | undefined {
  const [, clientId, clientSecret] = /^([^:/\s]+):([^:/\s]+)$/.exec(text) ?? [];
  return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
}

function readIssuer(text: string): { issuer: string; clientId: string; clientSecret: string } | undefined {
  const url = URL.parse(text);
  if (url === null || !isSafeToAsk(text) || url.search !== "" || url.hash !== "") return undefined;
  const clientId = decode(url.username);
  const clientSecret = decode(url.password);
  if (!clientId || !clientSecret) return undefined;
  url.username = "";
  url.password = "";
  return { issuer: url.href, clientId, clientSecret };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
