/** Names whose values nobody needs to see to know what is the matter. */
const secretName = /token|secret|password|code|key|hash|cookie|session|signature|proof|url|link/i;
/** A value that opens something by itself. */
const secretValue = /^[\w+/=.-]{24,}$/;
const idValue = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^\d{4}-\d\d-\d\dT[\d:.]+Z$|^[a-z.-]+$/;

/** The same value with what is or looks like a secret left out, for a page. */
export function withoutSecrets(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, name));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner, key)]));
  }
  if (typeof value !== "string") return value;
  const isSecret = secretName.test(name) || (secretValue.test(value) && !idValue.test(value));
  return isSecret ? "hidden" : value;
}
