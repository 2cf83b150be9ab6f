import type { Entry } from "#apps/catalog/schema.ts";
import type { VersionRow } from "#apps/editorial/versions.ts";
import { Moment } from "#apps/staff/parts.tsx";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { DeskPage } from "./desk-page.tsx";
import { VersionBadges, versionName } from "./entry.tsx";

export interface VersionsPageProps {
  entry: Entry;
  versions: readonly VersionRow[];
  canWrite: boolean;
}

/** All versions of an entry, the newest first. */
export function VersionsPage({ entry, versions, canWrite }: VersionsPageProps): Html {
  const id = String(entry.id);
  return (
    <DeskPage title="Versions" aside={<p>{versions.length === 1 ? "1 version" : `${versions.length} versions`}</p>}>
      <p class="lede-line">
        <a href={urls.deskEntry({ id })}>{entry.title}</a>
      </p>
      {versions.length > 1 ? <Compare id={id} versions={versions} /> : null}
      <ol class="version-list" aria-label="Versions, the newest first">
        {versions.map((version, index) => (
          <Version version={version} canWrite={canWrite} isNewest={index === 0} />
        ))}
      </ol>
    </DeskPage>
  );
}

function Version({ version, canWrite, isNewest }: { version: VersionRow; canWrite: boolean; isNewest: boolean }): Html {
  const id = String(version.entryId);
  const number = String(version.number);
  return (
    <li id={`version-${number}`}>
      <div class="version-head">
        <h2>
          <a href={urls.deskRevision({ id, number })}>{versionName(version)}</a>
        </h2>
        <VersionBadges version={version} />
      </div>
      <p class="soft">
        {version.author ?? "Imported"}, <Moment at={version.createdAt} />
        {version.note === "" ? "" : `: ${version.note}`}
      </p>
      <div class="deeds">
        {version.number === 1 ? null : (
          <a class="button" href={urls.deskComparison({ id }, { from: version.number - 1, to: version.number })}>
            What changed
          </a>
        )}
        {!canWrite || isNewest ? null : (
          <Form action={urls.deskRevisions({ id })} kind="inline" label={`Restore version ${number}`}>
            <button class="button" type="submit" name="number" value={number}>
              Restore
            </button>
          </Form>
        )}
        {canWrite ? (
          <details>
            <summary>{version.name === null ? "Name it" : "Rename it"}</summary>
            <Form action={urls.deskRevision({ id, number })} method="patch" label={`Name of version ${number}`}>
              <div class="field">
                <label for={`name-${number}`}>Name</label>
                <input
                  class="input"
                  type="text"
                  id={`name-${number}`}
                  name="name"
                  value={version.name ?? ""}
                  maxlength={100}
                />
              </div>
              <button class="button" type="submit">
                Keep
              </button>
            </Form>
          </details>
        ) : null}
      </div>
    </li>
  );
}

function Compare({ id, versions }: { id: string; versions: readonly VersionRow[] }): Html {
  const [newest] = versions;
  const shown = versions.find(({ isShown }) => isShown);
  const from = shown === undefined || shown === newest ? versions[1] : shown;
  return (
    <form class="filters" action={urls.deskComparison({ id })} aria-label="Compare two versions">
      <VersionSelect label="Compare" name="from" versions={versions} chosen={from?.number} />
      <VersionSelect label="with" name="to" versions={versions} chosen={newest?.number} />
      <button class="button" type="submit">
        Compare
      </button>
    </form>
  );
}

interface VersionSelectProps {
  label: string;
  name: string;
  versions: readonly VersionRow[];
  chosen: number | undefined;
}

export function VersionSelect({ label, name, versions, chosen }: VersionSelectProps): Html {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select class="input" id={name} name={name}>
        {versions.map((version) => (
          <option value={String(version.number)} selected={version.number === chosen}>
            {versionName(version)}
            {version.isShown ? " (on the page)" : ""}
          </option>
        ))}
      </select>
    </div>
  );
}
