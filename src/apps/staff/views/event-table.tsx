import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { eventKinds } from "#apps/accounts/security-events.ts";
import type { EventRow } from "../events.ts";
import { Moment, StaffTable } from "../parts.tsx";
import { PersonLink, placeOf } from "./person-parts.tsx";

export interface EventTableProps {
  events: readonly EventRow[];
  /** What each browser says it is, for people. */
  devices: ReadonlyMap<string, string>;
  /** The account that they are all about, when its name need not stand in every row. */
  about?: number;
}

/** What happened: when, what, to whom, by whom, from where. */
export function EventTable({ events, devices, about }: EventTableProps): Html {
  const head =
    about === undefined ? ["When (UTC)", "What", "Whose account", "By", "From"] : ["When (UTC)", "What", "By", "From"];
  return (
    <StaffTable label="Security events" head={head}>
      {events.map(({ at, kind, details, person, actor, userId, ip, country, userAgent }) => (
        <tr>
          <td>
            <Moment at={at} />
          </td>
          <th scope="row" class="wide-cell">
            {wordsOf(kind)}
            {about !== undefined && userId !== about ? (
              <small>Account of {person ? <PersonLink {...person} /> : "nobody"}</small>
            ) : null}
            <small>{detailsOf(details)}</small>
          </th>
          {about === undefined ? <td>{person ? <PersonLink {...person} /> : null}</td> : null}
          <td>{actor ? <PersonLink {...actor} /> : details.by === "command" ? "A command" : null}</td>
          <td class="from-cell">
            {placeOf({ ip, country })}
            <small>{userAgent === "" ? "" : devices.get(userAgent)}</small>
          </td>
        </tr>
      ))}
    </StaffTable>
  );
}

function wordsOf(kind: string): string {
  return Object.entries(eventKinds).find(([name]) => name === kind)?.[1] ?? kind;
}

/** `before → after · method: password · second factor: yes` */
function detailsOf({ before, after, by: _by, ...others }: EventRow["details"]): string {
  const change = after === undefined ? [] : [`${before || "nothing"} → ${after}`];
  const rest = Object.entries(others).map(([name, value]) => {
    const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return `${words}: ${typeof value === "boolean" ? (value ? "yes" : "no") : value}`;
  });
  return [...change, ...rest].join(" · ");
}
