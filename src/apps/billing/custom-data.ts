/** The field of a provider's custom data in which the token of a checkout goes out and comes back. */
export const tokenField = "checkout";

/**
 * The token of a checkout that a provider hands back. Whoever opens a checkout by themselves can write what they like there, so
 * what is no token is taken for none.
 */
export function tokenIn(customData: Readonly<Record<string, unknown>> | null | undefined): string | undefined {
  const token = customData?.[tokenField];
  return typeof token === "string" && /^[\w-]{16,200}$/.test(token) ? token : undefined;
}
