import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import type { Keep } from "#lib/backup/keeping.ts";
import { currentViewer } from "#lib/current.ts";
import type { Hold } from "#lib/jobs/hold.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { Form } from "#ui/form.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Backup } from "../backups.ts";
import { counted } from "../words.ts";

export interface BackupsPageProps {
  /** Newest first. */
  backups: readonly Backup[];
  /** What is wrong with them all together. */
  problem: string | undefined;
  hold: Hold | undefined;
  isUnderWay: boolean;
  keep: Keep;
  /** Where they lie. */
  place: string;
  isEncrypted: boolean;
  done: string | undefined;
}

/** Whether all could be restored, from when, and how. */
export function BackupsPage(props: BackupsPageProps): Html {
  const { backups, problem, hold, isUnderWay, keep, place, isEncrypted, done } = props;
  const viewer = currentViewer();
  const sentence = sentences.get(done ?? "");
  const last = backups.find(({ verifiedAt, error }) => verifiedAt !== null && error === null);
  return (
    <StaffPage
      title="Backups"
      current={urls.staffBackups()}
      styles={["control.css"]}
      aside={may(viewer, "operations.manage") ? <BackUpNow isUnderWay={isUnderWay} /> : null}
    >
      {sentence === undefined ? null : <Notice tone="good">{sentence}</Notice>}
      {hold === undefined ? null : <HeldNotice hold={hold} />}
      {problem === undefined ? null : (
        <Notice tone="bad" title="They cannot be relied on">
          {problem}
        </Notice>
      )}
      {last === undefined ? null : (
        <p class="lede-line">
          If all were lost now, the site would be that of <Moment at={last.startedAt} /> UTC.
        </p>
      )}
      {backups.length === 0 ? (
        <EmptyState title="There is none yet">
          <p>One is made each night at 02:07 UTC, and restored once to see whether it can be.</p>
        </EmptyState>
      ) : (
        <StaffTable label="Backups" head={["Made (UTC)", "State", "Size", "What is in it", ""]} right={[2]}>
          {backups.map((backup) => (
            <BackupRow backup={backup} />
          ))}
        </StaffTable>
      )}
      <section>
        <h2>Where they are</h2>
        <p>
          In <code>{place}</code>, {isEncrypted ? "encrypted with BACKUP_KEY" : "not encrypted"}. The newest of{" "}
          {counted(keep.daily, "day")}, {counted(keep.weekly, "week")} and {counted(keep.monthly, "month")} are kept.
          Each holds personal data and hashes of passwords, and accounts that were deleted since, for as long as it is
          kept.
        </p>
      </section>
      <section>
        <h2>How to restore</h2>
        <ol class="by-hand">
          <li>
            Stop the site. Have an empty database, and the same <code>SECRET_KEY</code>
            {isEncrypted ? (
              <>
                {" "}
                and <code>BACKUP_KEY</code>
              </>
            ) : null}
            .
          </li>
          <li>
            <code>./manage restore {last?.name ?? "FILE"}</code>
          </li>
          <li>
            <code>./manage start</code>, and look at it: mail and tasks wait.
          </li>
          <li>
            <code>./manage release</code>
          </li>
        </ol>
        <p class="soft">
          “Backups and restoring” in <code>docs/operating.md</code> is written for the night it is needed.
        </p>
      </section>
    </StaffPage>
  );
}

const sentences = new Map([
  ["asked", "It was asked for, and begins as soon as a worker is free."],
  ["verifying", "It will be restored once more, as soon as a worker is free."],
  ["under-way", "It waits or runs already."],
]);

function BackUpNow({ isUnderWay }: { isUnderWay: boolean }): Html {
  if (isUnderWay) return <span class="badge">Under way</span>;
  return (
    <Form action={urls.staffBackups()} kind="inline">
      <button class="button primary" type="submit">
        Back up now
      </button>
    </Form>
  );
}

function BackupRow({ backup }: { backup: Backup }): Html {
  const { id, name, startedAt, verifiedAt, sizeBytes, rowCount, objectCount, error, finishedAt, missing } = backup;
  const viewer = currentViewer();
  const when = startedAt.toISOString();
  return (
    <tr>
      <th scope="row">
        <Moment at={startedAt} />
        <small>{name}</small>
      </th>
      <td class="wide-cell">
        <State backup={backup} />
        {error === null ? null : <small>{error}</small>}
        {verifiedAt === null || error !== null ? null : (
          <small>
            <Moment at={verifiedAt} />
          </small>
        )}
      </td>
      <td class="right nowrap">{sizeBytes === null ? "–" : sizeOf(sizeBytes)}</td>
      <td class="nowrap">
        {rowCount === null ? "–" : counted(rowCount, "row")}
        {objectCount === null ? null : <small>{counted(objectCount, "picture")}</small>}
        {missing.length === 0 ? null : <small class="bad">{missing.length} lost before</small>}
      </td>
      <td class="right">
        {finishedAt === null ? null : (
          <div class="deeds tight">
            {may(viewer, "operations.manage") ? (
              <Form action={urls.staffBackup({ backup: String(id) })} kind="inline">
                <input type="hidden" name="act" value="verify" />
                <button class="button" type="submit">
                  Verify again <span class="unseen">{when}</span>
                </button>
              </Form>
            ) : null}
            {may(viewer, "backups.download") ? (
              <Form action={urls.staffBackupFile({ backup: String(id) })} kind="inline">
                <button class="button" type="submit">
                  Download <span class="unseen">{when}</span>
                </button>
              </Form>
            ) : null}
          </div>
        )}
      </td>
    </tr>
  );
}

function State({ backup: { error, finishedAt, verifiedAt } }: { backup: Backup }): Html {
  if (error !== null) return <span class="badge bad">Failed</span>;
  if (finishedAt === null) return <span class="badge">Being written</span>;
  return verifiedAt === null ? (
    <span class="badge warn">Not restored yet</span>
  ) : (
    <span class="badge good">Restored and equal</span>
  );
}

/** Says on a page of the staff that nothing leaves the site. */
export function HeldNotice({ hold }: { hold: Hold }): Html {
  return (
    <Notice tone="warn" title="This site is held">
      It was restored from a backup of <Moment at={hold.madeAt} /> UTC. Mail and tasks wait until somebody says{" "}
      <code>./manage release</code>.
    </Notice>
  );
}

const figure = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

function sizeOf(bytes: number): string {
  return bytes < 1e6 ? `${figure.format(bytes / 1e3)} kB` : `${figure.format(bytes / 1e6)} MB`;
}
