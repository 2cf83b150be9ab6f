export interface Link {
  path: string;
  /** The part of the page, or nothing. */
  id: string;
}

/** Where an answer leads on its own site: the links of a page, the addresses in a feed, a sitemap or a style sheet. */
export function findLinks(
  answer: { type: string; body: string; location?: string | undefined },
  from: string,
  origins: readonly string[],
): Link[] {
  const found = answer.location === undefined ? addressesIn(answer.type, answer.body, origins) : [answer.location];
  return found.flatMap((address) => {
    const url = URL.parse(address, `${origins[0]}${from}`);
    if (url === null || !origins.includes(url.origin)) return [];
    return { path: url.pathname + url.search, id: decodeURIComponent(url.hash.slice(1)) };
  });
}

function addressesIn(type: string, body: string, origins: readonly string[]): string[] {
  if (type.startsWith("text/html")) return addressesInPage(body);
  if (type.startsWith("text/css")) return [...body.matchAll(/url\("?([^")]+)"?\)/g)].map((match) => match[1] ?? "");
  if (type.includes("manifest")) return [...body.matchAll(/"src":"([^"]+)"/g)].map((match) => match[1] ?? "");
  if (type.startsWith("text/markdown") || !/xml|json|text\/plain/.test(type)) return [];
  const text = decode(decode(body).replaceAll("\\/", "/"));
  return origins.flatMap((origin) =>
    [...text.matchAll(new RegExp(`${RegExp.escape(origin)}[^\\s"'<>)\\]\\\\,]*`, "g"))].map(([address]) => address),
  );
}

function addressesInPage(html: string): string[] {
  const markup = html.replace(/<!--[\s\S]*?-->|(<script\b[^>]*>)[\s\S]*?<\/script>/g, "$1");
  return [...markup.matchAll(/<([a-z][a-z0-9-]*)((?:\s+[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/gi)]
    .flatMap(([, tag = "", attributes = ""]) => {
      const values = new Map(
        [...attributes.matchAll(/([^\s=]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decode(value)]),
      );
      const srcset = (values.get("srcset") ?? "").split(",").map((candidate) => candidate.trim().split(/\s/)[0] ?? "");
      const isAddress = /^(og:image|og:url)$/.test(values.get("property") ?? "");
      const rest = [values.get("href"), values.get("src"), tag === "form" ? values.get("action") : undefined];
      return [...rest, ...srcset, isAddress ? values.get("content") : undefined].filter((address) => !!address);
    })
    .filter((address) => address !== undefined);
}

function decode(text: string): string {
  return text.replace(/&(lt|gt|quot|amp|#39|#x27|apos);/g, (entity) => entities[entity] ?? entity);
}

const entities: Record<string, string> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&amp;": "&",
  "&#39;": "'",
  "&#x27;": "'",
  "&apos;": "'",
};
