import type { Reply } from "../app.ts";

/** What a page may load from elsewhere, by directive: `{ "frame-src": ["https://pay.example.org"] }`. */
export type Sources = Readonly<Record<string, readonly string[]>>;

/** Lets the page that is answered load more than other pages may; all else stays forbidden to it. */
export function allowSources(reply: Reply, more: Sources): void {
  const policy = String(reply.getHeader("content-security-policy") ?? "");
  const directives = policy.split("; ").filter(Boolean);
  const names = directives.map((directive) => directive.split(" ")[0] ?? "");
  const widened = directives.map((directive, index) => [directive, ...(more[names[index] ?? ""] ?? [])].join(" "));
  const added = Object.entries(more).filter(([name]) => !names.includes(name));
  reply.header(
    "content-security-policy",
    [...widened, ...added.map(([name, sources]) => [name, ...sources].join(" "))].join("; "),
  );
}
