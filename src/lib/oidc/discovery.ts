import type * as client from "openid-client";
import { deadlineSeconds, fetchFrom } from "./asking.ts";
import { explain, refused } from "./errors.ts";
import { githubServer } from "./github.ts";
import type { Provider } from "./settings.ts";

type Library = typeof client;

const freshMs = 60 * 60 * 1000;

interface Known {
  configuration: client.Configuration;
  until: number;
}

const known = new Map<string, Known>();
const asking = new Map<string, Promise<client.Configuration>>();

/** 8 MB that most processes never need. */
export function loadLibrary(): Promise<Library> {
  return import("openid-client");
}

/**
 * Where the provider wants to be asked, and with which keys it signs: what it says of itself, asked again after an hour.
 * What it said before is good enough while it is away. Throws SignInError.
 */
export async function configurationOf(provider: Provider): Promise<client.Configuration> {
  const key = JSON.stringify(provider);
  const found = known.get(key);
  if (found !== undefined && found.until > Date.now()) return found.configuration;
  // Many may arrive while a provider is slow; it is asked once.
  let question = asking.get(key);
  if (question === undefined) {
    question = discover(provider).finally(() => asking.delete(key));
    asking.set(key, question);
  }
  try {
    const configuration = await question;
    known.set(key, { configuration, until: Date.now() + freshMs });
    return configuration;
  } catch (error) {
    if (found !== undefined) return found.configuration;
    throw error;
  }
}

async function discover(provider: Provider): Promise<client.Configuration> {
  const library = await loadLibrary();
  try {
    const configuration = await (provider.kind === "github" ? describe(provider, library) : ask(provider, library));
    configuration.timeout = deadlineSeconds;
    configuration[library.customFetch] = fetchFrom(provider.name);
    return configuration;
  } catch (error) {
    throw explain(error, provider.name, library);
  }
}

function describe(provider: Provider, library: Library): client.Configuration {
  const { clientId, clientSecret } = provider;
  const server = githubServer(provider);
  const configuration = new library.Configuration(server, clientId, {}, library.ClientSecretPost(clientSecret));
  permitPlain(provider, library)?.(configuration);
  return configuration;
}

async function ask(provider: Provider, library: Library): Promise<client.Configuration> {
  const { issuer, clientId, clientSecret } = provider;
  const plain = permitPlain(provider, library);
  const configuration = await library.discovery(new URL(issuer), clientId, {}, authenticate(library, clientSecret), {
    timeout: deadlineSeconds,
    [library.customFetch]: fetchFrom(provider.name),
    execute: [library.enableNonRepudiationChecks, ...(plain === undefined ? [] : [plain])],
  });
  // For two vendors the library takes another issuer than was asked for, such as one for all tenants.
  const said = configuration.serverMetadata().issuer;
  if (new URL(said).href !== issuer) throw refused(provider.name, `It calls itself ${said}, not ${issuer}.`);
  return configuration;
}

// Whoever lists no methods knows Basic only (OpenID Connect Discovery 1.0, section 3).
function authenticate({ ClientSecretBasic, ClientSecretPost }: Library, secret: string): client.ClientAuth {
  const post = ClientSecretPost(secret);
  const basic = ClientSecretBasic(secret);
  return (server, ...rest) => {
    const isPost = server.token_endpoint_auth_methods_supported?.includes("client_secret_post") === true;
    (isPost ? post : basic)(server, ...rest);
  };
}

// The settings let nobody but this machine be asked in the clear.
function permitPlain(
  { issuer }: Provider,
  library: Library,
): ((configuration: client.Configuration) => void) | undefined {
  return issuer.startsWith("http:") ? library.allowInsecureRequests : undefined;
}
