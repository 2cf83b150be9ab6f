import type { Child, Html } from "../jsx/jsx-runtime.ts";
import { raw } from "../jsx/jsx-runtime.ts";
import { fonts, light } from "./look.ts";

/** What a mail is made of. Every part carries its own style, as many clients know no other, and has a plain-text twin. */
export function Heading({ children }: { children: Child }): Html {
  return (
    <h1
      class="m-ink"
      style={`margin: 0 0 20px; color: ${light.ink}; font: 600 28px/1.2 ${fonts.text}; letter-spacing: -0.01em;`}
    >
      {children}
    </h1>
  );
}

export function Subheading({ children }: { children: Child }): Html {
  return (
    <h2 class="m-ink" style={`margin: 32px 0 12px; color: ${light.ink}; font: 600 20px/1.3 ${fonts.text};`}>
      {children}
    </h2>
  );
}

export function Text({ children }: { children: Child }): Html {
  return (
    <p class="m-ink" style={`margin: 0 0 20px; color: ${light.ink}; font: 400 18px/1.6 ${fonts.text};`}>
      {children}
    </p>
  );
}

/** What may be skipped. */
export function Small({ children }: { children: Child }): Html {
  return (
    <p class="m-soft" style={`margin: 0 0 12px; color: ${light["ink-soft"]}; font: 400 14px/1.5 ${fonts.ui};`}>
      {children}
    </p>
  );
}

export function Link({ href, children }: { href: string; children: Child }): Html {
  return (
    <a class="m-link" href={href} style={`color: ${light.accent}; text-decoration: underline;`}>
      {children}
    </a>
  );
}

/** The one thing to do. A table, because Outlook gives padding to nothing else. */
export function Button({ href, children }: { href: string; children: Child }): Html {
  return (
    <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin: 8px 0 28px;">
      <tr>
        <td class="m-primary" bgcolor={light.accent} style={`border-radius: 8px; background-color: ${light.accent};`}>
          <a
            class="m-label"
            href={href}
            data-button
            style={`display: inline-block; padding: 12px 20px; color: ${light["accent-ink"]}; font: 500 16px/1.5 ${fonts.ui}; text-decoration: none;`}
          >
            {children}
          </a>
        </td>
      </tr>
    </table>
  );
}

export function List({ items }: { items: readonly Child[] }): Html {
  return (
    <ul
      class="m-ink"
      style={`margin: 0 0 20px; padding: 0 0 0 24px; color: ${light.ink}; font: 400 18px/1.6 ${fonts.text};`}
    >
      {items.map((item) => (
        <li style="margin: 0 0 8px;">{item}</li>
      ))}
    </ul>
  );
}

/** A code to type, or a line to paste. */
export function Code({ children }: { children: Child }): Html {
  return (
    <pre
      class="m-ink m-code"
      style={`margin: 0 0 20px; padding: 12px 16px; border-radius: 8px; background-color: ${light.sunken}; color: ${light.ink}; font: 400 16px/1.5 ${fonts.code}; white-space: pre-wrap; overflow-wrap: anywhere;`}
    >
      {children}
    </pre>
  );
}

/** A code of a few digits, to be read across the room and typed. */
export function Digits({ children }: { children: Child }): Html {
  return (
    <pre
      class="m-ink m-code"
      style={`margin: 0 0 24px; padding: 16px 20px; border-radius: 8px; background-color: ${light.sunken}; color: ${light.ink}; font: 500 32px/1.25 ${fonts.code}; letter-spacing: 0.12em;`}
    >
      {children}
    </pre>
  );
}

/** A picture, never wider than the column. `alt` is what stands there while pictures are off. */
export function Picture({
  src,
  alt,
  width,
  height,
}: {
  src: string;
  alt: string;
  width: number;
  height: number;
}): Html {
  const shown = Math.min(width, columnWidth);
  return (
    <p style="margin: 0 0 20px;">
      <img
        class="m-soft"
        src={src}
        alt={alt}
        width={shown}
        height={Math.round((height * shown) / width)}
        style={`display: block; width: 100%; max-width: ${shown}px; height: auto; border: 0; border-radius: 8px; color: ${light["ink-soft"]}; font: 400 14px/1.5 ${fonts.ui};`}
      />
    </p>
  );
}

export function Rule(): Html {
  return raw(`<hr class="m-line" style="margin: 32px 0; border: 0; border-top: 1px solid ${light.line};">`);
}

/** The width of a mail and of what stands in it, in pixels. */
export const mailWidth = 600;
export const columnWidth = mailWidth - 2 * 40;
