import type { FormErrors } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { User } from "#apps/accounts/schema.ts";
import { Field, Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import { StaffTable } from "../parts.tsx";
import { DeedPage } from "./deeds.tsx";

const lede =
  "What belongs to the other account goes over to this one, and the other is deleted. That cannot be undone, so be certain that both belong to one person.";

/** Asks which other account is meant. */
export function FindOtherPage({ user, asked, errors }: { user: User; asked: string; errors: FormErrors }): Html {
  return (
    <DeedPage title="Merge" user={user} lede={lede}>
      <form class="form" action={urls.staffPersonMerge({ id: String(user.id) })}>
        <Field
          label="The other account"
          name="other"
          required
          value={asked}
          errors={errors}
          hint="Its address or number."
        />
        <Submit>Compare</Submit>
      </form>
    </DeedPage>
  );
}

export interface MergePageProps {
  user: User;
  other: User;
  rows: readonly { table: string; kept: number; other: number }[];
  /** Why it cannot be. */
  problem: string | undefined;
}

/** Shows what each of the two has before they become one. */
export function MergePage({ user, other, rows, problem }: MergePageProps): Html {
  const back = urls.staffPersonMerge({ id: String(other.id) }, { other: user.id });
  return (
    <DeedPage title="Merge" user={user} lede={lede}>
      <StaffTable label="What each has" head={["", "Kept", "Deleted"]} right={[1, 2]}>
        <tr>
          <th scope="row">Address</th>
          <td class="right">{user.address}</td>
          <td class="right">{other.address}</td>
        </tr>
        <tr>
          <th scope="row">Name</th>
          <td class="right">{user.name || "–"}</td>
          <td class="right">{other.name || "–"}</td>
        </tr>
        <tr>
          <th scope="row">Since</th>
          <td class="right">
            <Day at={user.createdAt} />
          </td>
          <td class="right">
            <Day at={other.createdAt} />
          </td>
        </tr>
        {rows.map((row) => (
          <tr>
            <th scope="row">{wordsOf(row.table)}</th>
            <td class="right">{row.kept}</td>
            <td class="right">{row.other}</td>
          </tr>
        ))}
      </StaffTable>
      {problem === undefined ? (
        <>
          <p class="older soft">
            Both are signed out and told by mail. Password, second factor and passkeys stay those of {user.address};
            where both have the same, that of {user.address} stays.
          </p>
          <div class="deeds older">
            <Form action={urls.staffPersonMerge({ id: String(user.id) })} kind="inline">
              <input type="hidden" name="other" value={other.id} />
              <Submit tone="bad">Keep {user.address}, delete the other</Submit>
            </Form>
            <a class="button" href={back}>
              The other way round
            </a>
          </div>
        </>
      ) : (
        <div class="older">
          <Notice tone="bad">{problem}</Notice>
        </div>
      )}
    </DeedPage>
  );
}

/** `reading_events` is called “Reading events”. */
function wordsOf(table: string): string {
  const words = table.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
