import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import { permissionNames, permissions, type NamedPermission } from "#apps/accounts/permissions.ts";
import { urls } from "#urls.ts";
import { findEvents, type EventRow } from "./events.ts";
import { countPeople, type Figures } from "./people.ts";
import { nameDevices } from "./routes/asked.ts";
import { EventTable } from "./views/event-table.tsx";

/** What the first page of the staff says of people. */
export interface Overview {
  viewer: Viewer;
  /** For who may see people. */
  figures: Figures | undefined;
  /** For who may see what happened; newest first. */
  events: readonly EventRow[] | undefined;
  devices: ReadonlyMap<string, string>;
}

export async function readOverview(viewer: Viewer): Promise<Overview> {
  const figures = may(viewer, "people.view") ? await countPeople() : undefined;
  const events = may(viewer, "audit.view") ? (await findEvents({}, 10)).events : undefined;
  return { viewer, figures, events, devices: await nameDevices(events ?? []) };
}

export function EventPart({ events, devices }: Overview): Html | null {
  if (events === undefined) return null;
  return (
    <section>
      <h2>What happened last</h2>
      {events.length === 0 ? (
        <p class="soft">Nothing yet.</p>
      ) : (
        <>
          <EventTable events={events} devices={devices} />
          <p class="older">
            <a href={urls.staffEvents()}>All security events</a>
          </p>
        </>
      )}
    </section>
  );
}

/** What the viewer may do, each with the way to it. */
export function Ways({ viewer }: { viewer: Viewer }): Html {
  return (
    <section>
      <h2>What you may do</h2>
      <ul class="plain columns">
        {permissionNames
          .filter((permission) => may(viewer, permission))
          .map((permission) => (
            <li>
              <Way permission={permission} />
            </li>
          ))}
      </ul>
    </section>
  );
}

const count = new Intl.NumberFormat("en-GB");

export function FigureList(figures: Figures): Html {
  const failed = urls.staffEvents({}, { kind: "sign-in-failed" });
  const rows: [name: string, value: number, href?: string, isBad?: boolean][] = [
    ["Accounts", figures.accounts, urls.staffPeople()],
    ["New in a day", figures.newToday],
    ["Signed in now", figures.signedIn],
    ["Failed in a day", figures.failedToday, failed],
    ["Banned", figures.banned, urls.staffPeople({}, { standing: "banned" })],
    ["Leaving", figures.leaving, urls.staffPeople({}, { standing: "leaving" })],
    [
      "Staff with one factor",
      figures.staffWithoutSecondFactor,
      urls.staffPeople({}, { standing: "staff" }),
      figures.staffWithoutSecondFactor > 0,
    ],
  ];
  return (
    <dl class="figures">
      {rows.map(([name, value, href, isBad]) => (
        <div>
          <dt>{href ? <a href={href}>{name}</a> : name}</dt>
          <dd class={isBad ? "bad" : undefined}>{count.format(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

const pages: Partial<Record<NamedPermission, string>> = {
  "admin.open": urls.admin(),
  "media.manage": urls.staffMedia(),
  "searches.view": urls.staffSearches(),
  "operations.view": urls.staffTasks(),
  "operations.manage": urls.staffTasks(),
  "backups.download": urls.staffBackups(),
  "people.view": urls.staffPeople(),
  "roles.manage": urls.staffRoles(),
  "audit.view": urls.staffEvents(),
  "blocks.manage": urls.staffBlocks(),
};

function Way({ permission }: { permission: NamedPermission }): Child {
  const href = pages[permission];
  return href === undefined ? permissions[permission] : <a href={href}>{permissions[permission]}</a>;
}
