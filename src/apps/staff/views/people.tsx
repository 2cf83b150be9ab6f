import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { EmptyState } from "#ui/messages.tsx";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import { Moment, StaffPage, StaffTable } from "../parts.tsx";
import { standings, type PersonRow, type Standing } from "../people.ts";
import { Marks, nameOf } from "./person-parts.tsx";

export interface PeoplePageProps {
  q: string;
  standing: Standing;
  people: readonly PersonRow[];
  /** Where the next page begins. */
  next: number | undefined;
}

const names: Record<Standing, string> = {
  everybody: "Everybody",
  staff: "Staff",
  banned: "Banned",
  leaving: "Leaving",
};

export function PeoplePage({ q, standing, people, next }: PeoplePageProps): Html {
  const other = standing === "everybody" ? undefined : standing;
  return (
    <StaffPage title="People" current={urls.staffPeople()}>
      <form class="search-form" action={urls.staffPeople()} role="search">
        {other ? <input type="hidden" name="standing" value={other} /> : null}
        <input
          class="input"
          type="search"
          name="q"
          value={q}
          aria-label="Address, name or number"
          placeholder="Address, name or number"
          autocomplete="off"
        />
        <button class="button primary" type="submit">
          Find
        </button>
      </form>
      <ul class="chips standings" aria-label="Which">
        {standings.map((each) => (
          <li>
            <a
              class="chip"
              href={urls.staffPeople({}, { q, standing: each === "everybody" ? undefined : each })}
              aria-current={each === standing ? "page" : undefined}
            >
              {names[each]}
            </a>
          </li>
        ))}
      </ul>
      {people.length === 0 ? (
        <EmptyState title="Nobody">
          <p>
            No account fits. <a href={urls.staffPeople()}>Show everybody</a>
          </p>
        </EmptyState>
      ) : (
        <People people={people} />
      )}
      {next === undefined ? null : (
        <p class="older">
          <a class="button" rel="next" href={urls.staffPeople({}, { q, standing: other, before: next })}>
            Older accounts
          </a>
        </p>
      )}
    </StaffPage>
  );
}

function People({ people }: Pick<PeoplePageProps, "people">): Html {
  return (
    <StaffTable label="People" head={["Name", "Roles", "Since", "Last seen", ""]}>
      {people.map((person) => (
        <tr>
          <th scope="row">
            <a href={urls.staffPerson({ id: String(person.id) })}>{nameOf(person)}</a>
            <small>{person.name === "" ? `No. ${person.id}` : person.address}</small>
          </th>
          <td>
            {person.roles.join(", ")}
            {person.roles.length > 0 && !person.hasSecondFactor ? (
              <small>
                <span class="badge warn">No second factor</span>
              </small>
            ) : null}
          </td>
          <td>
            <span class="nowrap">
              <Day at={person.createdAt} />
            </span>
          </td>
          <td>{person.lastSeenAt ? <Moment at={person.lastSeenAt} /> : <span class="soft">Never</span>}</td>
          <td>
            <Marks {...person} />
          </td>
        </tr>
      ))}
    </StaffTable>
  );
}
