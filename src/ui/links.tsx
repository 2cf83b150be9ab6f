import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";

interface LinksProps {
  links: readonly { name: Child; href: string }[];
  /** The address of the one that is shown. */
  current: string | undefined;
}

/** Links to pages, or to views of a page, that stand side by side, as a list for a `nav`. */
export function Links({ links, current }: LinksProps): Html {
  return (
    <ul>
      {links.map(({ name, href }) => (
        <li>
          <a href={href} aria-current={href === current ? "page" : undefined}>
            {name}
          </a>
        </li>
      ))}
    </ul>
  );
}
