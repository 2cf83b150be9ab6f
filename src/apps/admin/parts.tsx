import { StaffPage, StaffTable, type StaffTableProps } from "#apps/staff/parts.tsx";
import { currentViewer } from "#lib/current.ts";
import { toText } from "#lib/admin/values.ts";
import type { Link, Model } from "#lib/admin.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { groupsFor } from "./finding.ts";

export interface AdminPageProps {
  title: string;
  /** The table that the page is about. */
  model?: Model;
  /** The way here from the list. */
  crumbs?: readonly Link[];
  aside?: Child;
  /** What has just been done: `saved`, `deleted`, … */
  done?: string | undefined;
  children: Child;
}

/** A page of the admin, with the way to the other tables beside it. */
export function AdminPage({ title, model, crumbs = [], aside, done, children }: AdminPageProps): Html {
  const sentence = sentences.get(done ?? "");
  const way = model === undefined ? [] : [{ label: "Admin", href: urls.admin() }, ...crumbs];
  return (
    <StaffPage
      title={title}
      current={urls.admin()}
      aside={aside}
      styles={["admin.css"]}
      scripts={["admin.js"]}
      more={<Tables current={model?.name} />}
      crumbs={way.length === 0 ? null : <Crumbs way={way} />}
    >
      <div class="admin" data-search={urls.adminSearch()}>
        {sentence === undefined ? null : <Notice tone="good">{sentence}</Notice>}
        {children}
      </div>
    </StaffPage>
  );
}

const sentences = new Map([
  ["added", "It was added."],
  ["saved", "It was saved."],
  ["deleted", "It was deleted. Its history can put it back."],
  ["restored", "It was restored."],
  ["imported", "All lines of the file were imported."],
  ["done", "It was done."],
]);

function Tables({ current }: { current: string | undefined }): Html {
  return (
    <div class="admin-tables">
      {[...groupsFor(currentViewer())].map(([group, models]) => (
        <section>
          <h2>{group}</h2>
          <ul>
            {models.map(({ name, many }) => (
              <li>
                <a href={urls.adminList({ model: name })} aria-current={name === current ? "page" : undefined}>
                  {many}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function Crumbs({ way }: { way: readonly Link[] }): Html {
  return (
    <nav class="crumbs" aria-label="Way here">
      <ol>
        {way.map(({ label, href }) => (
          <li>
            <a href={href}>{label}</a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** A value in a list or a history. */
export function Value({ value }: { value: unknown }): Html {
  if (value instanceof Date) return <time datetime={value.toISOString()}>{toText(value)}</time>;
  const text = toText(value);
  return text === "–" ? <span class="none">–</span> : <>{shortened(text)}</>;
}

/** A table of the admin. */
export function AdminTable(props: Omit<StaffTableProps, "kind">): Html {
  return <StaffTable {...props} kind="admin-table" />;
}

const longest = 140;

export function shortened(text: string, most = longest): string {
  return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

/** “1 entry”, “12 entries”, “more than 10,000 entries”. */
export function counted(count: number, { one, many }: Pick<Model, "one" | "many">): string {
  return count === 1 ? `1 ${one}` : `${numbers.format(count)} ${many.toLowerCase()}`;
}

export const numbers = new Intl.NumberFormat("en-GB");

/** An id for a field of a form: names may hold dots and colons. */
export function idOf(name: string): string {
  return `field-${name.replace(/[^\w-]/g, "-")}`;
}
