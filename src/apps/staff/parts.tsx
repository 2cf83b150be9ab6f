import type { Permission } from "#apps/accounts/permissions.ts";
import { currentViewer } from "#lib/current.ts";
import { escape, raw, render, type Child, type Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { Layout } from "#ui/layout.tsx";
import { SectionMenu } from "#ui/section-menu.tsx";
import { urls } from "#urls.ts";

const sections: readonly { name: string; href: string; permission?: Permission }[] = [
  { name: "Overview", href: urls.staff() },
  { name: "Admin", href: urls.admin(), permission: "admin.open" },
  { name: "Desk", href: urls.desk(), permission: "desk.open" },
  { name: "People", href: urls.staffPeople(), permission: "people.view" },
  { name: "Numbers", href: urls.staffNumbers(), permission: "numbers.view" },
  { name: "Roles", href: urls.staffRoles(), permission: "people.view" },
  { name: "Security events", href: urls.staffEvents(), permission: "audit.view" },
  { name: "Blocks", href: urls.staffBlocks(), permission: "blocks.manage" },
  { name: "Payments", href: urls.staffPaymentEvents(), permission: "members.view" },
  { name: "Pictures", href: urls.staffMedia(), permission: "media.manage" },
  { name: "Searches", href: urls.staffSearches(), permission: "searches.view" },
  { name: "Tasks", href: urls.staffTasks(), permission: "operations.view" },
  { name: "Errors", href: urls.staffErrors(), permission: "operations.view" },
  { name: "Mail", href: urls.staffMail(), permission: "operations.view" },
  { name: "Uptime", href: urls.staffUptime(), permission: "operations.view" },
  { name: "Backups", href: urls.staffBackups(), permission: "operations.view" },
  { name: "Settings", href: urls.staffSettings(), permission: "operations.view" },
];

export interface StaffPageProps {
  title: string;
  /** Which section it belongs to: its address. */
  current: string;
  /** What stands beside the title: a figure, or the one thing to do. */
  aside?: Child;
  styles?: readonly string[];
  scripts?: readonly string[];
  /** What stands below the sections, where there is room beside the page. */
  more?: Child;
  /** What stands above the title. */
  crumbs?: Child;
  children: Child;
}

/** A page for who runs the site, with the way to whatever else the viewer may do. */
export function StaffPage(props: StaffPageProps): Html {
  const { title, current, aside, styles = [], scripts, more, crumbs, children } = props;
  const viewer = currentViewer();
  const open = sections.filter(({ permission }) => permission === undefined || may(viewer, permission));
  const sheets = ["account.css", "staff.css", ...styles, "staff-cards.css"];
  return (
    <Layout title={title} robots="noindex" styles={sheets} scripts={scripts}>
      <div class="desk staff">
        <SectionMenu label="Staff" links={open} current={current}>
          {more}
        </SectionMenu>
        <div class="desk-main">
          {crumbs}
          <header class="staff-head">
            <h1>{title}</h1>
            {aside}
          </header>
          {children}
        </div>
      </div>
    </Layout>
  );
}

export interface StaffTableProps {
  /** What it lists, for who cannot see its heading. */
  label: string;
  /** The names of its columns, or headings of which more is to be said than a name. */
  head: readonly (string | Heading)[];
  /** The columns that are set to the right. */
  right?: readonly number[];
  /** A class of its own. */
  kind?: string;
  /** Whether it stays a table on a phone, and scrolls by itself: for figures that are compared with each other. */
  ofFigures?: boolean;
  /** Its rows. */
  children: Child;
}

/** The heading of a column: a cell, and the name by which a card calls its value. */
export interface Heading {
  name: string;
  cell: Html;
}

/** A table, which on a phone is a list of cards. */
export function StaffTable({ label, head, right = [], kind, ofFigures = false, children }: StaffTableProps): Html {
  const classes = ["table", "staff-table", ofFigures ? "of-figures" : "in-cards", kind].filter(Boolean);
  const names = head.map((each) => (typeof each === "string" ? each : each.name));
  return (
    <section class={classes.join(" ")} aria-label={label} tabindex="0">
      <table>
        <thead>
          <tr>
            {head.map((each, column) =>
              typeof each === "string" ? (
                <th scope="col" class={right.includes(column) ? "right" : undefined}>
                  {each}
                </th>
              ) : (
                each.cell
              ),
            )}
          </tr>
        </thead>
        <tbody>{ofFigures ? children : namedCells(names, children)}</tbody>
      </table>
    </section>
  );
}

/** Tells each cell of these rows the name of its column, which a card shows before its value. */
export function namedCells(names: readonly string[], rows: Child): Html {
  let column = 0;
  // Here, so that no view says each heading twice. Text and attributes are escaped, so every tag is one of ours.
  const named = render(rows).replace(/<(tr|td|th)(?=[ >])/g, (tag, element: string) => {
    if (element === "tr") column = 0;
    const name = element === "tr" ? "" : (names[column++] ?? "");
    return name === "" ? tag : `${tag} data-label="${escape(name)}"`;
  });
  return raw(named);
}

/** `27 Nov 2026, 08:15`, by the clock of UTC. */
export function Moment({ at }: { at: Date }): Html {
  return <time datetime={at.toISOString()}>{moment.format(at)}</time>;
}

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });
