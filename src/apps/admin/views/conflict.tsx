import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Notice } from "#ui/messages.tsx";
import type { Disagreement } from "../forms.ts";
import type { Told } from "../history.ts";
import { AdminTable, shortened } from "../parts.tsx";

export interface ConflictProps {
  disagreements: readonly Disagreement[];
  last?: Told | undefined;
}

/** What somebody else has saved while a form was filled in, field by field; which of the two counts is chosen here. */
export function Conflict({ disagreements, last }: ConflictProps): Html {
  const who = last?.actor || "Somebody else";
  return (
    <div class="conflict">
      <Notice tone="warn" title={`${who} has saved this meanwhile`}>
        Nothing of yours is saved yet, and nothing is lost. The form below holds both: what you changed, and what they
        changed elsewhere. Look at it, and save both, or discard yours.
      </Notice>
      <AdminTable label="What was changed meanwhile" head={["Field", "When you began", "Theirs, now", "Yours"]}>
        {disagreements.map(({ name, label, before, theirs, yours, isBoth }) => (
          <tr>
            <th scope="row">{label}</th>
            <td>{shown(before)}</td>
            <td>{isBoth ? <Pick name={name} value="theirs" text={theirs} /> : shown(theirs)}</td>
            <td>{isBoth ? <Pick name={name} value="yours" text={yours} /> : <span class="soft">Not changed</span>}</td>
          </tr>
        ))}
      </AdminTable>
    </div>
  );
}

function Pick({ name, value, text }: { name: string; value: "theirs" | "yours"; text: string }): Html {
  return (
    <label class="choice">
      <input type="radio" name={`take:${name}`} value={value} checked={value === "yours"} />
      <span>{shown(text)}</span>
    </label>
  );
}

function shown(text: string): string {
  return text === "" ? "–" : shortened(text, 400);
}
