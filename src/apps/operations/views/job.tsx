import { Moment, StaffPage } from "#apps/staff/parts.tsx";
import { currentViewer } from "#lib/current.ts";
import type { JobState, Standing } from "#lib/jobs/listing.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { may } from "#lib/viewer.ts";
import { Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { withoutPrivate } from "../errors/cleaning.ts";
import { withoutSecrets } from "../secrecy.ts";
import { Crumb, Long } from "./parts.tsx";

/** One job: where it stands, what it was asked, and what went wrong. */
export function JobPage({ job, problem }: { job: JobState; problem?: string }): Html {
  const { id, name, standing, attempts, key, input, requestId, output, createdAt, dueAt, startedAt, endedAt } = job;
  const isOver = standing === "dead" || standing === "cancelled";
  const mayManage = may(currentViewer(), "operations.manage");
  const rows: [name: string, value: Child][] = [
    ["State", <StandingBadge standing={standing} />],
    ["Attempts", String(attempts)],
    ["Asked for", <Moment at={createdAt} />],
    ["Due", <Moment at={dueAt} />],
    ["Began", startedAt && <Moment at={startedAt} />],
    ["Ended", endedAt && <Moment at={endedAt} />],
    ["Progress", output?.progress && `${output.progress.done} of ${output.progress.total ?? "?"}`],
    ["Key", key === null ? null : withoutPrivate(String(withoutSecrets(key)), 200)],
    ["Request", requestId],
    ["Job", <code>{id}</code>],
  ];
  return (
    <StaffPage
      title={name}
      current={urls.staffTasks()}
      styles={["control.css"]}
      crumbs={<Crumb label="Tasks" href={urls.staffTasks()} />}
    >
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      {output?.progress ? (
        <progress class="measure" value={output.progress.done} max={output.progress.total} aria-label="Progress" />
      ) : null}
      <dl class="known">
        {rows.map(([label, value]) =>
          value === null || value === undefined ? null : (
            <>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </>
          ),
        )}
      </dl>
      {mayManage && standing !== "done" ? (
        <div class="deeds">
          <Form action={urls.staffJob({ job: id })} kind="inline">
            <input type="hidden" name="act" value={isOver ? "retry" : "cancel"} />
            <button class={isOver ? "button primary" : "button bad"} type="submit">
              {isOver ? "Retry" : "Cancel"}
            </button>
          </Form>
        </div>
      ) : null}
      {output?.message === undefined || standing === "done" ? null : (
        <section>
          <h2>Error of the last attempt</h2>
          <Long label="Error">{withoutPrivate(output.stack ?? output.message, 6000)}</Long>
        </section>
      )}
      <section>
        <h2>What it was asked</h2>
        <Long label="Input">{withoutPrivate(JSON.stringify(withoutSecrets(input ?? null), null, 2), 20_000)}</Long>
      </section>
    </StaffPage>
  );
}

const tones: Partial<Record<Standing, string>> = { dead: "badge bad", running: "badge warn" };

export function StandingBadge({ standing }: { standing: Standing }): Html {
  return <span class={tones[standing] ?? "badge"}>{standing}</span>;
}
