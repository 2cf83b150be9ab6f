import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "#urls.ts";

interface Named {
  id: number;
  name: string;
  address: string;
}

/** What somebody is called here: their name, else their address. */
export function nameOf({ name, address }: Pick<Named, "name" | "address">): string {
  return name === "" ? address : name;
}

export function PersonLink(person: Named): Html {
  return <a href={urls.staffPerson({ id: String(person.id) })}>{nameOf(person)}</a>;
}

interface Standing {
  bannedAt: Date | null;
  deletionAt: Date | null;
}

/** Words for what is out of the ordinary with an account. */
export function Marks({ bannedAt, deletionAt }: Standing): Html {
  return (
    <>
      {bannedAt ? <span class="badge bad">Banned</span> : null}{" "}
      {deletionAt ? <span class="badge warn">Leaving</span> : null}
    </>
  );
}

/** Where somebody came from, as far as that is kept: `192.0.2.17 (NL)`. */
export function placeOf({ ip, country }: { ip: string; country: string }): string {
  return [ip, country && `(${country})`].filter(Boolean).join(" ");
}
