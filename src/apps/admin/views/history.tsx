import { getTableName } from "drizzle-orm";
import { labelOf } from "#lib/admin/columns.ts";
import { toText } from "#lib/admin/values.ts";
import { knownModels, type Model } from "#lib/admin.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Told } from "../history.ts";
import { AdminPage, AdminTable, shortened, Value } from "../parts.tsx";

export interface HistoryPageProps {
  model: Model;
  key: string;
  title: string;
  changes: readonly Told[];
  /** Whether the row is there. */
  isThere: boolean;
  /** Whether the viewer may restore it. */
  mayRestore: boolean;
  done?: string;
}

/** What was done to a row: who, when, from where, and what was there before. */
export function HistoryPage({ model, key, title, changes, isThere, mayRestore, done }: HistoryPageProps): Html {
  const crumbs = [
    { label: model.many, href: urls.adminList({ model: model.name }) },
    ...(isThere ? [{ label: title, href: urls.adminRow({ model: model.name, key }) }] : []),
  ];
  return (
    <AdminPage title={`History of ${title}`} model={model} crumbs={crumbs} done={done}>
      {changes.length === 0 ? (
        <EmptyState title="Nothing was done by hand yet">
          <p>What is saved in the admin from now on is kept here, and can be taken back.</p>
        </EmptyState>
      ) : (
        <ol class="admin-history">
          {changes.map((change, place) => (
            <li>
              <ChangeHead change={change} />
              <ChangeTable model={model} change={change} />
              {mayRestore && (isThere ? place > 0 && change.action !== "deleted" : place === 0) ? (
                <Form action={urls.adminHistory({ model: model.name, key })} kind="inline">
                  <input type="hidden" name="change" value={change.id} />
                  <button class="button" type="submit">
                    {isThere ? "Restore as it was then" : "Put it back"}
                  </button>
                </Form>
              ) : null}
            </li>
          ))}
        </ol>
      )}
    </AdminPage>
  );
}

function ChangeHead({ change }: { change: Told }): Html {
  const { action, actor, at, ip } = change;
  return (
    <h2>
      <span class="tag">{action}</span> {actor || "Somebody who is not here any more"}
      <small>
        <Value value={at} />
        {ip ? `, from ${ip}` : null}
      </small>
    </h2>
  );
}

function ChangeTable({ model, change }: { model: Model; change: Told }): Html | null {
  const { before, after } = change;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => model.hidden?.includes(name) !== true && !isNothing(before[name], after[name]),
  );
  if (names.length === 0) return null;
  return (
    <AdminTable label="What was changed" head={["Field", "Before", "After"]}>
      {names.map((name) => (
        <tr>
          <th scope="row">{nameOfField(model, name)}</th>
          <td>{said(before[name])}</td>
          <td>{said(after[name])}</td>
        </tr>
      ))}
    </AdminTable>
  );
}

function isNothing(...values: unknown[]): boolean {
  return values.every((value) => toText(value) === "–");
}

function nameOfField(model: Model, name: string): string {
  const inline = model.inlines?.find(({ table }) => getTableName(table) === name);
  return inline?.label ?? model.fields.get(name)?.label ?? labelOf(name);
}

function said(value: unknown): Child {
  if (Array.isArray(value) && value.some((each) => typeof each === "object")) {
    return (
      <ul class="plain">
        {value.map((row: unknown) => (
          <li>
            {shortened(
              Object.values(row ?? {})
                .map(toText)
                .join(" · "),
            )}
          </li>
        ))}
      </ul>
    );
  }
  return shortened(toText(value), 600);
}

/** The newest changes of all tables. */
export function LastChanges({ changes }: { changes: readonly Told[] }): Html {
  return (
    <ul class="rows-of-things last-changes">
      {changes.map(({ model, key, title, action, actor, at }) => (
        <li>
          <span>
            <a href={urls.adminHistory({ model, key })}>{shortened(title || key, 60)}</a>
            <small>{knownModels().get(model)?.one ?? model}</small>
          </span>
          <small>
            {action} by {actor || "somebody"}, <Value value={at} />
          </small>
        </li>
      ))}
    </ul>
  );
}
