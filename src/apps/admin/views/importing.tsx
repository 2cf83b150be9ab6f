import type { Model } from "#lib/admin.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { mostLines, type Imported, type Line } from "../importing.ts";
import { AdminPage, AdminTable, numbers, shortened } from "../parts.tsx";

export interface ImportPageProps {
  model: Model;
  /** The columns that a file may have. */
  columns: readonly string[];
  /** What a dry run has found. */
  imported?: Imported;
  csv?: string;
  problem?: string;
}

/** A CSV file comes in: first a dry run, which shows what each line would do. */
export function ImportPage({ model, columns, imported, csv, problem }: ImportPageProps): Html {
  const crumbs = [{ label: model.many, href: urls.adminList({ model: model.name }) }];
  const sentence = problem ?? imported?.problem;
  return (
    <AdminPage title={`Import ${model.many.toLowerCase()}`} model={model} crumbs={crumbs}>
      {sentence === undefined ? null : <Notice tone="bad">{sentence}</Notice>}
      {imported !== undefined && imported.problem === undefined && csv !== undefined ? (
        <DryRun model={model} imported={imported} csv={csv} />
      ) : (
        <Ask model={model} columns={columns} />
      )}
    </AdminPage>
  );
}

function Ask({ model, columns }: { model: Model; columns: readonly string[] }): Html {
  return (
    <Form action={urls.adminImport({ model: model.name })} kind="upload">
      <Field
        label="CSV file"
        name="file"
        type="file"
        accept=".csv,text/csv"
        required
        hint={
          <>
            The first line names the columns, as an export does: {columns.join(", ")}. A line with the key of a row, or
            with what no two rows share, changes that row; any other adds one. {numbers.format(mostLines)} lines at
            most.
          </>
        }
      />
      <Submit>Show what it would do</Submit>
    </Form>
  );
}

function DryRun({ model, imported, csv }: { model: Model; imported: Imported; csv: string }): Html {
  const { lines, ignored } = imported;
  const count = (state: Line["state"]): number => lines.filter((line) => line.state === state).length;
  const isRefused = count("refused") > 0;
  const isSame = count("same") === lines.length;
  return (
    <>
      <dl class="figures">
        {(["added", "changed", "same", "refused"] as const).map((state) => (
          <div>
            <dt>{words[state]}</dt>
            <dd class={state === "refused" && isRefused ? "bad" : undefined}>{numbers.format(count(state))}</dd>
          </div>
        ))}
      </dl>
      {ignored.length === 0 ? null : <p class="soft">Not looked at: {ignored.join(", ")}.</p>}
      {isRefused ? (
        <Notice tone="warn" title="Nothing is imported while a line is refused">
          Mend the file, and choose it again.
        </Notice>
      ) : null}
      <div class="deeds">
        {isRefused || isSame ? null : (
          <Form action={urls.adminImport({ model: model.name })} kind="inline">
            <input type="hidden" name="csv" value={csv} />
            <Submit>Import {numbers.format(lines.length)} lines</Submit>
          </Form>
        )}
        <a class="button" href={urls.adminImport({ model: model.name })}>
          Choose another file
        </a>
      </div>
      <AdminTable
        label="What each line does"
        head={["Line", model.columns.get(model.title)?.label ?? "Row", "Would be", "What, or why not"]}
        right={[0]}
      >
        {shownLines(lines).map(({ line, title, state, says }) => (
          <tr>
            <td class="right">{line}</td>
            <th scope="row">{shortened(title)}</th>
            <td>
              <span class={state === "refused" ? "tag bad" : "tag"}>{words[state].toLowerCase()}</span>
            </td>
            <td>{says}</td>
          </tr>
        ))}
      </AdminTable>
    </>
  );
}

const words = { added: "Added", changed: "Changed", same: "As it is", refused: "Refused" } as const;

// What is refused comes first, and a long file is not shown whole.
function shownLines(lines: readonly Line[]): Line[] {
  const refused = lines.filter(({ state }) => state === "refused");
  return [...refused, ...lines.filter(({ state }) => state !== "refused")].slice(0, 500);
}
