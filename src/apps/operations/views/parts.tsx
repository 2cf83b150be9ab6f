import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";

/** The way back to the list. */
export function Crumb({ label, href }: { label: string; href: string }): Html {
  return (
    <nav class="crumbs" aria-label="Way here">
      <ol>
        <li>
          <a href={href}>{label}</a>
        </li>
      </ol>
    </nav>
  );
}

/** Text of a machine as it came, which scrolls by itself. */
export function Long({ label, children }: { label: string; children: Child }): Html {
  return (
    <section class="long" tabindex="0" aria-label={label}>
      <pre>{children}</pre>
    </section>
  );
}
