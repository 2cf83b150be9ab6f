const hosts = ["evil.example", "localhost.evil.example", "localhost@evil.example", "127.0.0.1", "[::1]", "3232235521"];

// Ways in which a value may begin that lead elsewhere, or would in some browser.
const beginnings = [
  "https://",
  "HTTPS://",
  "http:",
  "https:/",
  "https:\\\\",
  "//",
  "///",
  "////",
  "/\\",
  "\\/",
  "\\\\",
  "/\t/",
  "/\n/",
  "/\r\n/",
  "\t//",
  " //",
  "\u0000//",
  "/./\\/",
  "/.//",
  "/..//",
  "/%2e%2e//",
  "/a/..//",
  "/a/b/../..//",
];

const others = [
  "",
  " ",
  "javascript:alert(1)",
  "javascript://localhost/%0aalert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:alert(1)",
  "blob:http://localhost/1",
  "about:blank",
  "mailto:somebody@evil.example",
  "evil.example",
  "evil.example/about/",
  "localhost",
  "?next=//evil.example",
  "#//evil.example",
  "/about/\nLocation: https://evil.example/",
  "/about/\r\nSet-Cookie: lectern_session=1",
  `/${"a".repeat(3000)}`,
];

// These lead nowhere else, although they look like it.
const harmless = [
  "/",
  "/about/",
  "/about",
  "/type-hints/#continue",
  "/search/?q=//evil.example",
  "/search/?q=https://evil.example/&page=2",
  "/about/#//evil.example",
  "/%2f%2fevil.example",
  "/%5cevil.example",
  "/@evil.example",
  "/:80",
  "/über-uns/",
];

/** 150 and more values of `next`, most of which lead away from the site. */
export const hostilePaths: readonly string[] = [
  ...beginnings.flatMap((beginning) => hosts.map((host) => beginning + host)),
  ...others,
  ...harmless,
];

/** Whether a browser that is told to go there stays at the site. */
export function staysHere(location: unknown, origin = "http://localhost"): boolean {
  if (typeof location !== "string" || !/^\/(?![/\\])/.test(location)) return false;
  // Headers are bytes: what is not ASCII, and what ends a line, must be encoded.
  return /^[!-~]+$/.test(location) && URL.parse(location, origin)?.origin === origin;
}
