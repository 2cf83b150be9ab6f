import { isPublic } from "#apps/editorial/publishing.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Choice, Field, Form } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { versionName, type EntryPageProps } from "./entry.tsx";

/** What is done about what the public sees: the one place where that changes. */
export function Publication({ desk, versions, findings, values }: EntryPageProps): Html {
  const { entry, manuscript } = desk;
  const action = urls.deskPublication({ id: String(entry.id) });
  const shownNow = isPublic(entry);
  const isScheduled = manuscript.scheduledAt !== null || (entry.publishedAt !== null && !shownNow);
  return (
    <section class="panel">
      <h2>What readers see</h2>
      {versions.length === 0 ? (
        <p class="soft">There is nothing to publish yet.</p>
      ) : (
        <Form action={action} method="put" label="Publish">
          <div class="field">
            <label for="publish-number">Version</label>
            <select class="input" id="publish-number" name="number">
              {versions.slice(0, 100).map((version) => (
                <option value={String(version.number)} selected={values?.["number"] === String(version.number)}>
                  {versionName(version)}
                  {version.isShown ? " (on the page)" : ""}
                </option>
              ))}
            </select>
          </div>
          <Field
            label="At, by the clock of UTC"
            name="at"
            type="datetime-local"
            hint="Empty: now."
            {...(values && { values })}
          />
          {findings.error > 0 || values?.["reason"] !== undefined ? (
            <Field
              label="Why, although there are errors"
              name="reason"
              maxlength={500}
              autocomplete="off"
              {...(values && { values })}
            />
          ) : null}
          {shownNow ? (
            <Choice label="A small correction" name="minor" hint="Its day of the last change stays." />
          ) : null}
          <button class="button primary" type="submit">
            Publish
          </button>
        </Form>
      )}
      {isScheduled ? (
        <Form action={action} method="delete" label="Unschedule">
          <button class="button" type="submit" name="how" value="unschedule">
            Take the schedule back
          </button>
        </Form>
      ) : null}
      <details>
        <summary>Embargo</summary>
        <Form action={action} method="patch" label="Embargo">
          <Field
            label="Not before, by the clock of UTC"
            name="until"
            type="datetime-local"
            hint="Until then nobody can publish it. Empty: no embargo."
            value={manuscript.embargoUntil?.toISOString().slice(0, 16) ?? ""}
          />
          <button class="button" type="submit">
            Keep
          </button>
        </Form>
      </details>
      {shownNow ? (
        <details>
          <summary>Take it away</summary>
          <Form action={action} method="delete" label="Take it away">
            <Choice label="It becomes a draft" name="how" value="unpublish" type="radio" checked />
            <Choice label="It is retired" name="how" value="retire" type="radio" />
            <Field
              label="Lead its readers to"
              name="to"
              id="away-to"
              placeholder="/another-page/"
              hint="The address of another page, for what is retired. Empty: the page is gone."
              autocomplete="off"
            />
            <Field label="Why" name="reason" id="away-reason" maxlength={500} autocomplete="off" />
            <button class="button" type="submit">
              Take it away
            </button>
          </Form>
        </details>
      ) : null}
    </section>
  );
}
