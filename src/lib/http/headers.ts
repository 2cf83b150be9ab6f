/**
 * The headers of every answer that can be known at start. A route may replace one of them.
 *
 * `scriptHashes` are the sources of inline scripts that the Content-Security-Policy allows, such as `sha256-…`: hashes
 * and no nonces, because a nonce in a page that is kept in a cache is no secret.
 */
export function securityHeaders(options: {
  baseUrl: string;
  scriptHashes?: readonly string[];
}): Record<string, string> {
  const https = new URL(options.baseUrl).protocol === "https:";
  const scripts = ["'self'", ...(options.scriptHashes ?? []).map((hash) => `'${hash}'`)];
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.join(" ")}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(https ? ["upgrade-insecure-requests"] : []),
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ...(https ? { "strict-transport-security": "max-age=31536000; includeSubDomains" } : {}),
  };
}
