import { Moment } from "#apps/staff/parts.tsx";
import { previewDays, type PreviewLinkRow } from "#apps/editorial/previews.ts";
import type { VersionRow } from "#apps/editorial/versions.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { versionName } from "./entry.tsx";

export interface PreviewLinksProps {
  links: readonly PreviewLinkRow[];
  entryId: number;
  versions: readonly VersionRow[];
}

/** Secret addresses under which a version is read, and a way to make one. */
export function PreviewLinks({ links, entryId, versions }: PreviewLinksProps): Html | null {
  const id = String(entryId);
  if (versions.length === 0) return null;
  return (
    <section class="panel">
      <h2>Preview links</h2>
      <p class="soft">Whoever has such a link reads that version, what only members may read too, until it is over.</p>
      <ul class="rows-of-things">
        {links.map((link) => (
          <li>
            <span>
              Version {link.number}
              <small>
                {link.by ?? "Somebody who has left"}, until <Moment at={link.expiresAt} />
              </small>
            </span>
            <Form action={urls.deskPreviewLinks({ id })} method="delete" kind="inline">
              <input type="hidden" name="link" value={String(link.id)} />
              <button class="button" type="submit" aria-label={`Take back the link to version ${link.number}`}>
                Take back
              </button>
            </Form>
          </li>
        ))}
      </ul>
      <Form action={urls.deskPreviewLinks({ id })} label="Make a link">
        <div class="field-pair">
          <div class="field">
            <label for="preview-number">Version</label>
            <select class="input" id="preview-number" name="number">
              {versions.slice(0, 50).map((version) => (
                <option value={String(version.number)}>{versionName(version)}</option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for="preview-days">Good for days</label>
            <input
              class="input"
              id="preview-days"
              name="days"
              type="number"
              min="1"
              max={String(previewDays.most)}
              value={String(previewDays.usual)}
            />
          </div>
        </div>
        <button class="button" type="submit">
          Make a link
        </button>
      </Form>
    </section>
  );
}
