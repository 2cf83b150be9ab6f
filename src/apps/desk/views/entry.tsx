import type { DeskEntry, HistoryRow } from "#apps/editorial/manuscripts.ts";
import type { PreviewLinkRow } from "#apps/editorial/previews.ts";
import { isPublic } from "#apps/editorial/publishing.ts";
import type { Stage } from "#apps/editorial/schema.ts";
import type { VersionRow } from "#apps/editorial/versions.ts";
import type { Approval, ChecklistItem } from "#apps/editorial/workflow.ts";
import { currentPath } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Moment } from "#apps/staff/parts.tsx";
import { Choice, Field, Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { counted, Select } from "./board.tsx";
import { DeskPage, kindName } from "./desk-page.tsx";
import { History } from "./history.tsx";
import { PreviewLinks } from "./preview-links.tsx";
import { Publication } from "./publication.tsx";

export interface EntryFacts {
  desk: DeskEntry;
  versions: readonly VersionRow[];
  checklist: readonly ChecklistItem[];
  approvals: readonly Approval[];
  history: readonly HistoryRow[];
  links: readonly PreviewLinkRow[];
  team: readonly { name: string; role: string }[];
  staff: readonly { id: number; name: string }[];
  /** Where the viewer may move it. */
  moves: readonly Stage[];
  findings: { error: number; warning: number; hint: number };
  remarks: number;
  /** What the viewer may do with it. */
  may: { write: boolean; move: boolean; review: boolean; publish: boolean };
}

export interface EntryPageProps extends EntryFacts {
  /** Why what was asked for was not done, and what was typed. */
  problem?: string | undefined;
  values?: Readonly<Record<string, string>> | undefined;
  /** The address of a link that was just made: it is shown once. */
  madeLink?: string | undefined;
}

/** An entry on the desk: where it stands, who has it, and what can be done. */
export function EntryPage(props: EntryPageProps): Html {
  const { desk, versions, problem, madeLink, may } = props;
  const { entry, stage } = desk;
  const id = String(entry.id);
  const [newest] = versions;
  return (
    <DeskPage
      title={newest?.title ?? entry.title}
      aside={
        <p>
          {kindName(entry.kind)} · <strong>{stage.name}</strong>
        </p>
      }
    >
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      {madeLink === undefined ? null : (
        <Notice tone="good" title="This is the link. It is shown this once:">
          <code class="made-link">{madeLink}</code>
        </Notice>
      )}
      <div class="deeds">
        {may.write ? (
          <a class="button primary" href={urls.deskEditor({ id })}>
            Write
          </a>
        ) : null}
        <a class="button" href={urls.deskRemarks({ id })}>
          Review{props.remarks > 0 ? ` (${counted(props.remarks, "open remark")})` : ""}
        </a>
        {newest === undefined ? null : (
          <a class="button" href={urls.deskRevision({ id, number: String(newest.number) })}>
            See it as a page
          </a>
        )}
        {isPublic(entry) ? (
          <a class="button" href={entry.path}>
            Public page
          </a>
        ) : null}
      </div>
      <div class="desk-entry">
        <div>
          <Standing {...props} />
          <Versions {...props} />
          <History history={props.history} />
        </div>
        <div>
          {may.publish ? <Publication {...props} /> : null}
          {may.move ? <Hands {...props} /> : null}
          <Checklist {...props} />
          <Approvals {...props} />
          {may.write ? <PreviewLinks links={props.links} entryId={entry.id} versions={versions} /> : null}
        </div>
      </div>
    </DeskPage>
  );
}

function Standing({ desk: { entry, manuscript }, findings, team }: EntryPageProps): Html {
  return (
    <section>
      <h2>Where it stands</h2>
      <dl class="known">
        <dt>Address</dt>
        <dd>{entry.path}</dd>
        <dt>For the public</dt>
        <dd>
          {entry.publishedAt === null ? (
            "Not to be seen"
          ) : isPublic(entry) ? (
            <>
              Since <Moment at={entry.publishedAt} />, last changed <Moment at={entry.updatedAt} />
            </>
          ) : (
            <>
              From <Moment at={entry.publishedAt} /> on
            </>
          )}
        </dd>
        {manuscript.scheduledAt === null || manuscript.scheduledNumber === null ? null : (
          <>
            <dt>Scheduled</dt>
            <dd>
              Version {manuscript.scheduledNumber}, <Moment at={manuscript.scheduledAt} />
            </dd>
          </>
        )}
        {manuscript.embargoUntil === null ? null : (
          <>
            <dt>Embargo</dt>
            <dd>
              Until <Moment at={manuscript.embargoUntil} />
            </dd>
          </>
        )}
        <dt>Readers</dt>
        <dd>{readers[entry.access]}</dd>
        <dt>Written by</dt>
        <dd>{team.length === 0 ? "Nobody is named" : team.map(({ name, role }) => `${name} (${role})`).join(", ")}</dd>
        <dt>Linter</dt>
        <dd>
          {findings.error + findings.warning === 0 ? (
            "Nothing to mend"
          ) : (
            <>
              {findings.error === 0 ? null : <span class="badge bad">{counted(findings.error, "error")}</span>}{" "}
              {findings.warning === 0 ? null : <span class="badge warn">{counted(findings.warning, "warning")}</span>}
            </>
          )}
        </dd>
      </dl>
    </section>
  );
}

const readers = { public: "Everybody", registered: "Whoever is signed in", members: "Members" };
const versionsShown = 5;

function Versions({ desk: { entry }, versions }: EntryPageProps): Html {
  const id = String(entry.id);
  const [newest] = versions;
  const shown = versions.find(({ isShown }) => isShown);
  return (
    <section>
      <h2>Versions</h2>
      {versions.length === 0 ? <p class="soft">Nothing is written yet.</p> : null}
      <ul class="rows-of-things version-rows">
        {versions.slice(0, versionsShown).map((version) => (
          <li>
            <span>
              <a href={urls.deskRevision({ id, number: String(version.number) })}>{versionName(version)}</a>
              <small>
                {version.author ?? "Imported"}, <Moment at={version.createdAt} />
                {version.note === "" ? "" : `: ${version.note}`}
              </small>
            </span>
            <VersionBadges version={version} />
          </li>
        ))}
      </ul>
      <p class="older deeds">
        <a class="button" href={urls.deskRevisions({ id })}>
          {versions.length === 1 ? "The version" : `All ${versions.length} versions`}
        </a>
        {newest === undefined || shown === undefined || newest === shown ? null : (
          <a class="button" href={urls.deskComparison({ id }, { from: shown.number, to: newest.number })}>
            What the page lacks
          </a>
        )}
      </p>
    </section>
  );
}

export function versionName({ number, name }: Pick<VersionRow, "number" | "name">): string {
  return name === null ? `Version ${number}` : `Version ${number}: ${name}`;
}

export function VersionBadges({ version }: { version: VersionRow }): Html {
  return (
    <span class="badges">
      {version.isShown ? <span class="badge shown">on the page</span> : null}
      {version.isScheduled ? <span class="badge">scheduled</span> : null}
    </span>
  );
}

function Hands({ desk: { entry, manuscript }, staff, moves }: EntryPageProps): Html {
  const id = String(entry.id);
  return (
    <section class="panel">
      <h2>Hand it on</h2>
      {moves.length === 0 ? null : (
        <Form action={urls.deskStage({ id })} method="put" label="Move">
          <input type="hidden" name="back" value={currentPath()} />
          <div class="field">
            <label for="to">Move to</label>
            <select class="input" id="to" name="to">
              {moves.map((stage) => (
                <option value={String(stage.id)}>{stage.name}</option>
              ))}
            </select>
          </div>
          <Field label="Note" name="note" maxlength={500} autocomplete="off" />
          <button class="button" type="submit">
            Move
          </button>
        </Form>
      )}
      <Form action={urls.deskAssignment({ id })} method="put" label="Assign">
        <Select
          label="In the hands of"
          name="assignee"
          value={manuscript.assigneeId === null ? undefined : String(manuscript.assigneeId)}
          all="Nobody"
          options={staff.map((person) => [String(person.id), person.name])}
        />
        <Field label="Due on" name="due" type="date" value={manuscript.dueOn ?? ""} />
        <button class="button" type="submit">
          Keep
        </button>
      </Form>
    </section>
  );
}

function Checklist({ desk: { entry, stage }, checklist, may }: EntryPageProps): Html | null {
  if (checklist.length === 0) return null;
  return (
    <section class="panel">
      <h2>To do in {stage.name}</h2>
      <Form action={urls.deskCheckmarks({ id: String(entry.id) })} method="put" label="Checklist">
        {checklist.map(({ item, done }) => (
          <Choice
            label={item}
            name="done[]"
            value={item}
            checked={done !== undefined}
            {...(done && { hint: done.by })}
          />
        ))}
        {may.move ? (
          <button class="button" type="submit">
            Keep
          </button>
        ) : null}
      </Form>
    </section>
  );
}

function Approvals({ desk: { entry }, approvals, versions, may }: EntryPageProps): Html | null {
  const [newest] = versions;
  if (newest === undefined || (approvals.length === 0 && !may.review)) return null;
  return (
    <section class="panel">
      <h2>Approved by</h2>
      {approvals.length === 0 ? <p class="soft">Nobody yet.</p> : null}
      <ul class="rows-of-things">
        {approvals.slice(0, 5).map(({ by, at, number, isCurrent }) => (
          <li>
            <span>
              {by ?? "Somebody who has left"}
              <small>
                Version {number}, <Moment at={at} />
              </small>
            </span>
            {isCurrent ? <span class="badge shown">as it is</span> : <span class="badge warn">changed since</span>}
          </li>
        ))}
      </ul>
      {may.review ? (
        <Form action={urls.deskApproval({ id: String(entry.id) })} label="Approve">
          <input type="hidden" name="number" value={String(newest.number)} />
          <button class="button" type="submit">
            Approve version {newest.number}
          </button>
        </Form>
      ) : null}
    </section>
  );
}
