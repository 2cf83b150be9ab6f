import type { RouteInfo } from "#lib/http.ts";

/** Values that parameters have in the small world; `file` and `hash` are those of a picture, given by the test. */
export type Examples = Readonly<Record<string, readonly string[]>>;

const values: Examples = {
  topic: ["python"],
  level: ["advanced"],
  slug: ["ada"],
  id: ["1"],
  number: ["1"],
  "/staff/numbers/:number/ number": ["recurring"],
  plan: ["yearly"],
  product: ["packaging"],
  template: ["mail.sampler"],
  format: ["atom.xml", "rss.xml", "feed.json"],
  model: ["topics"],
  key: ["1"],
  "*": [
    "python-lists",
    "python-lists/",
    "python-lists.md",
    "type-hints/",
    "decorators/",
    "your-first-package/",
    "your-first-package-1/",
    "about/",
    "lists/",
  ],
};

// Where what is not there is the rule: in a site without such a setting, for who has no signed link, for who comes back
// without having left; jobs, errors and pictures, of which there are none at first; and a mail, which is shown in a frame under a policy of its own.
const absent: ReadonlySet<string> = new Set([
  "/sign-in/link/open/",
  "/robocrop/",
  "/metrics",
  "/mail/unsubscribe/",
  "/mail/preferences/",
  "/staff/tasks/:job/",
  "/staff/errors/:fingerprint/",
  "/staff/payments/events/:id/",
  "/staff/media/:picture/",
  "/sign-in/with/:provider/callback",
  "/draft/:token/",
  "/team-seat/:token/",
  "/store/files/:file/",
  "/checkout/:token/",
  "/checkout/:token/done/",
  "/account/purchases/:id/",
  "/account/purchases/:id/invoice/",
  "/sandbox/checkout/:id/",
  "/sandbox/portal/:customer/",
  "/sandbox/invoices/:id/",
  "/desk/remarks/:id/",
  "/dev/mail/:id/html",
  "/dev/mail/previews/:template/html",
]);

/** Addresses of a route in the small world that answer; throws when a parameter has no example yet. */
export function addressesOf({ method, pattern }: RouteInfo, own: Examples = {}): string[] {
  if (method !== "GET" || absent.has(pattern)) return [];
  const names = [...pattern.matchAll(/:(\w+)|\*/g)].map(([star, name = star]) => name);
  let addresses = [pattern];
  for (const name of names) {
    const examples = own[`${pattern} ${name}`] ?? values[`${pattern} ${name}`] ?? values[name];
    if (examples === undefined) throw new Error(`Give ${name} of ${pattern} an example in test/helpers/examples.ts.`);
    const place = name === "*" ? "*" : `:${name}`;
    addresses = addresses.flatMap((address) => examples.map((example) => address.replace(place, example)));
  }
  return addresses;
}
