export type Coding = "br" | "gzip" | "identity";

/** How much a client wants each coding, from 0 (not at all) to 1. */
export type Weights = Readonly<Record<Coding, number>>;

// Browsers send a handful of different headers, so each is read once. Somebody who sends thousands fills no memory.
const known = new Map<string, Weights>();
const onlyIdentity: Weights = { br: 0, gzip: 0, identity: 1 };

/**
 * Reads Accept-Encoding: RFC 9110, 12.5.3. A coding that is not listed is as wanted as `*`, or not at all, but identity
 * stays acceptable unless it is excluded by name or by `*;q=0`. Without the header only identity is sent: the client
 * may be too simple for more.
 */
export function codingWeights(header: string | undefined): Weights {
  if (header === undefined || header === "") return onlyIdentity;
  const found = known.get(header);
  if (found !== undefined) return found;
  const weights = parseWeights(header);
  if (known.size >= 200) known.clear();
  known.set(header, weights);
  return weights;
}

function parseWeights(header: string): Weights {
  const listed = new Map<string, number>();
  for (const item of header.toLowerCase().split(",")) {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
    const quality = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const weight = quality === undefined ? 1 : Number(quality.slice(quality.indexOf("=") + 1));
    listed.set(name === "x-gzip" ? "gzip" : name, weight >= 0 && weight <= 1 ? weight : 0);
  }
  const others = listed.get("*");
  return {
    br: listed.get("br") ?? others ?? 0,
    gzip: listed.get("gzip") ?? others ?? 0,
    // Acceptable, but wanted less than whatever was named.
    identity: listed.get("identity") ?? others ?? 0.001,
  };
}

/** The variant that is wanted most, the smallest of those wanted equally; nothing when none is acceptable. */
export function chooseVariant<V extends { coding: Coding; size: number }>(
  variants: readonly V[],
  weights: Weights,
): V | undefined {
  let best: V | undefined;
  for (const variant of variants) {
    const weight = weights[variant.coding];
    if (weight === 0) continue;
    if (best === undefined || weight > weights[best.coding]) best = variant;
    else if (weight === weights[best.coding] && variant.size < best.size) best = variant;
  }
  return best;
}

/** Whether If-None-Match names this strong tag: a list, `*`, weak or strong, compared weakly: RFC 9110, 13.1.2. */
export function matchesTag(header: string, tag: string): boolean {
  if (header === tag || header.trim() === "*") return true;
  return header.includes(tag) && [...header.matchAll(/"[^"]*"/g)].some(([listed]) => listed === tag);
}
