import { knownModels } from "#lib/admin.ts";
import { deeds, type Deed } from "#lib/admin/access.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { mayAllOf } from "#apps/accounts/permissions.ts";
import type { Viewer } from "#lib/viewer.ts";
import { StaffTable } from "../parts.tsx";

/** What a role may do with each table of the admin: nothing, with the rows that are its owner's, or with all of them. */
export function TablePermissions({ viewer, chosen }: { viewer: Viewer; chosen: readonly string[] }): Html {
  const tables = [{ name: "*", many: "Every table", without: [] }, ...knownModels().values()];
  return (
    <StaffTable label="Tables of the admin" head={["In the admin", "View", "Add", "Change", "Delete"]}>
      {tables.map(({ name, many, without = [], ...model }) => (
        <tr>
          <th scope="row">{many}</th>
          {deeds.map((deed) => (
            <td>
              {deed !== "view" && without.includes(deed) ? (
                <span class="none">–</span>
              ) : (
                <TableChoice
                  label={`${many}: ${deed}`}
                  options={optionsOf(`admin.${name}.${deed}`, "owner" in model && model.owner !== undefined)}
                  viewer={viewer}
                  chosen={chosen}
                />
              )}
            </td>
          ))}
        </tr>
      ))}
    </StaffTable>
  );
}

function optionsOf(permission: `admin.${string}.${Deed}`, hasOwner: boolean): [string, string][] {
  return [["No", ""], ...(hasOwner ? [["Own", `${permission}.own`] as [string, string]] : []), ["All", permission]];
}

interface TableChoiceProps {
  label: string;
  options: readonly [string, string][];
  viewer: Viewer;
  chosen: readonly string[];
}

// What the viewer may not give is offered only where the role has it already.
function TableChoice({ label, options, viewer, chosen }: TableChoiceProps): Html {
  const offered = options.filter(([, value]) => value === "" || mayAllOf(viewer, value) || chosen.includes(value));
  return (
    <select class="input" name="tables[]" aria-label={label}>
      {offered.map(([word, value]) => (
        <option value={value} selected={value !== "" && chosen.includes(value)}>
          {word}
        </option>
      ))}
    </select>
  );
}
