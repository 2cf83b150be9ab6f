import type { Picture as PictureData } from "#lib/picture.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Picture } from "./picture.tsx";

export interface Person {
  name: string;
  href?: string | undefined;
  portrait?: PictureData | undefined;
}

/** A face, or the initials of a name. Decoration: the name stands beside it. */
export function Portrait({ person, large }: { person: Person; large?: boolean }): Html {
  return (
    <span class={large ? "portrait large" : "portrait"} aria-hidden="true">
      {person.portrait ? (
        <Picture picture={person.portrait} alt="" sizes={large ? "6rem" : "2.75rem"} />
      ) : (
        initials(person.name)
      )}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => word?.match(/./u)?.[0] ?? "");
  return letters.join("").toUpperCase();
}
