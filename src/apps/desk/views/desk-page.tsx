import { StaffPage } from "#apps/staff/parts.tsx";
import { currentViewer } from "#lib/current.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { Links } from "#ui/links.tsx";
import { urls } from "#urls.ts";

export interface DeskPageProps {
  title: string;
  /** The address of the tab that it belongs to. */
  tab?: string;
  aside?: Child;
  scripts?: readonly string[];
  children: Child;
}

const tabs: readonly { name: string; href: string; permission?: string }[] = [
  { name: "Board", href: urls.desk() },
  { name: "Calendar", href: urls.deskCalendar() },
  { name: "Begin a text", href: urls.deskNew(), permission: "desk.write" },
  { name: "Order", href: urls.deskOrder(), permission: "desk.publish" },
  { name: "Several at once", href: urls.deskMetadata(), permission: "desk.publish" },
  { name: "Stages", href: urls.deskStages(), permission: "desk.publish" },
];

/** A page of the desk, with the way to its others. */
export function DeskPage({ title, tab, aside, scripts, children }: DeskPageProps): Html {
  const viewer = currentViewer();
  const open = tabs.filter(({ permission }) => permission === undefined || may(viewer, permission));
  return (
    <StaffPage title={title} current={urls.desk()} aside={aside} styles={["desk.css"]} scripts={scripts ?? []}>
      <nav class="desk-tabs" aria-label="Desk">
        <Links links={open} current={tab} />
      </nav>
      {children}
    </StaffPage>
  );
}

/** `Tutorial`, of `tutorial`. */
export function kindName(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** How long ago something was: `today`, `3 days`, `5 weeks`. */
export function ageOf(at: Date, now = new Date()): string {
  const days = Math.floor((now.getTime() - at.getTime()) / 86_400_000);
  if (days < 1) return "today";
  if (days < 14) return days === 1 ? "1 day" : `${days} days`;
  if (days < 60) return `${Math.floor(days / 7)} weeks`;
  return days < 730 ? `${Math.floor(days / 30.4)} months` : `${Math.floor(days / 365)} years`;
}
