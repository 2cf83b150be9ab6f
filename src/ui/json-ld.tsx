import { raw, type Html } from "#lib/jsx/jsx-runtime.ts";

/** Schema.org data for search engines: never run, and escaped so that no text in it can end its element or open a comment. */
export function JsonLd({ data }: { data: object }): Html {
  const json = JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return <script type="application/ld+json">{raw(json)}</script>;
}
