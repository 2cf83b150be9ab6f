import type { EditorRemark } from "#apps/editorial/remarks.ts";
import type { OpenedText } from "#apps/editorial/working-copies.ts";
import { csrfToken, currentViewer } from "#lib/current.ts";
import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { Text } from "#lib/merge.ts";
import { Layout } from "#ui/layout.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { DataBlock, Others, VersionFields, WrittenField } from "./editor-parts.tsx";

interface EditorPageProps {
  opened: OpenedText;
  /** What became of a text that was saved beside that of somebody else, with marks where both changed the same. */
  merged?: Text;
  errors?: FormErrors;
  values?: FormValues;
  /** What reviewers have said of the newest version. */
  remarks?: readonly EditorRemark[];
}

/** The writing room: the text on the left, its page on the right. Without a script a plain form. */
export function EditorPage({ opened, merged, errors = {}, values = {}, remarks = [] }: EditorPageProps): Html {
  const { entry, newest, copy, others } = opened;
  const id = String(entry.id);
  const shown: Text = merged ?? copy ?? newest;
  const baseNumber = merged === undefined ? (copy?.baseNumber ?? newest.number) : newest.number;
  const data = { newest, copy: copy ?? null, others, isPublished: entry.publishedAt !== null };
  return (
    <Layout
      title={`Edit: ${newest.title}`}
      robots="noindex"
      styles={["account.css", "staff.css", "desk.css"]}
      scripts={["desk-editor.js"]}
    >
      <desk-editor
        class="writing"
        entry={id}
        viewer={currentViewer().id ?? ""}
        csrf={csrfToken()}
        data-remarks={JSON.stringify(remarks)}
        data-merged={merged === undefined ? undefined : "yes"}
      >
        <h1>Edit “{newest.title}”</h1>
        <DataBlock id="desk-text" data={data} />
        <form id="desk-form" class="writing-form" method="post" action={urls.deskEditor({ id })} novalidate>
          <input type="hidden" name="csrf" value={csrfToken()} />
          <input type="hidden" name="baseNumber" value={baseNumber} />
          <div class="writing-bar">
            <nav aria-label="Desk">
              <a href={urls.desk()}>Desk</a>
              <a href={urls.deskEntry({ id })}>{entry.path}</a>
            </nav>
            <p class="writing-state" role="status" />
            <div class="writing-tools">
              <button
                class="button writing-page"
                type="submit"
                formaction={urls.deskPreview({ id })}
                formtarget="_blank"
              >
                Preview
              </button>
              <button class="button primary" type="submit">
                Save version
              </button>
            </div>
          </div>
          <div class="writing-notices">
            {merged === undefined ? null : (
              <Notice tone="warn" title="Somebody has saved a version meanwhile.">
                Both are put together below. Where both changed the same lines, yours and theirs stand one after the
                other between marks: keep what is right, and save again.
              </Notice>
            )}
            <Others others={others} />
          </div>
          <div class="writing-panes">
            <section class="writing-text" aria-label="Writing">
              <WrittenField label="Title" name="title" value={shown.title} error={errors.title} />
              <WrittenField label="Summary" name="summary" value={shown.summary} error={errors.summary} />
              <WrittenField label="Text" name="source" value={shown.source} error={errors.source} rows={30} />
              <VersionFields values={values} />
            </section>
            <section class="writing-preview" aria-label="Preview" hidden />
          </div>
        </form>
      </desk-editor>
    </Layout>
  );
}
