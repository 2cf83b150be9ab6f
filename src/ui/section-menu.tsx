import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Icon } from "./icon.tsx";
import { Links } from "./links.tsx";

export interface SectionMenuProps {
  /** Whose pages these are: `Account`. */
  label: string;
  links: readonly { name: string; href: string }[];
  /** The address of the section that the page belongs to. */
  current: string;
  /** What stands below the sections. */
  children?: Child;
}

/** The way between pages that belong together: a list beside the page, and where there is no room a menu above it. */
export function SectionMenu({ label, links, current, children }: SectionMenuProps): Html {
  return (
    <nav aria-label={label}>
      <details class="section-menu">
        <summary>
          <span>
            <small>{label}</small> {links.find(({ href }) => href === current)?.name}
          </span>
          <Icon name="down" />
        </summary>
        <Links links={links} current={current} />
      </details>
      {children}
    </nav>
  );
}
