import { raw, type Html } from "#lib/jsx/jsx-runtime.ts";

const paths = {
  search: '<circle cx="8.75" cy="8.75" r="5.5"/><path d="m13 13 4 4"/>',
  system: '<circle cx="10" cy="10" r="6.75"/><path d="M10 3.25v13.5a6.75 6.75 0 0 0 0-13.5z" fill="currentColor"/>',
  light:
    '<circle cx="10" cy="10" r="3.5"/><path d="M10 1.75v1.5m0 13.5v1.5M1.75 10h1.5m13.5 0h1.5M4.2 4.2l1 1m9.6 9.6 1 1m0-11.6-1 1m-9.6 9.6-1 1"/>',
  dark: '<path d="M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z"/>',
  person: '<circle cx="10" cy="7" r="3.25"/><path d="M3.75 16.75a6.25 6.25 0 0 1 12.5 0"/>',
  passkey:
    '<circle cx="7" cy="6.5" r="3"/><path d="M2 16.5a5 5 0 0 1 8.5-3.6"/><circle cx="14.5" cy="9.5" r="2.5"/><path d="M14.5 12v5l1.5-1.25M14.5 14.5l1.25-1"/>',
  bookmark: '<path d="M5.5 3.25h9v13.5L10 13.25l-4.5 3.5z"/>',
  check: '<path d="m4.25 10.5 4 4 7.5-9"/>',
  left: '<path d="M12 4.5 6.5 10l5.5 5.5"/>',
  right: '<path d="M8 4.5 13.5 10 8 15.5"/>',
  down: '<path d="M4.5 8 10 13.5 15.5 8"/>',
} as const;

export type IconName = keyof typeof paths;

/** A drawing beside words: it has no name of its own, so whatever holds it must. */
export function Icon({ name }: { name: IconName }): Html {
  return raw(`<svg class="icon ${name}" viewBox="0 0 20 20" aria-hidden="true">${paths[name]}</svg>`);
}
