import { mediaPath } from "#apps/media/media.ts";
import type { Media } from "#apps/media/schema.ts";
import { Moment, StaffPage } from "#apps/staff/parts.tsx";
import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, FormError } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { shownWithin } from "../focus.ts";
import type { PictureUse } from "../library.ts";

export interface PicturePageProps {
  picture: Media;
  uses: readonly PictureUse[];
  done?: string | undefined;
  errors?: FormErrors;
  values?: FormValues;
}

/** One picture: what it shows, which point of it a crop keeps, where it is used, and how a text names it. */
export function PicturePage({ picture, uses, done, errors = {}, values }: PicturePageProps): Html {
  const { id, name, alt, focusX, focusY } = picture;
  const address = urls.staffPicture({ picture: String(id) });
  const { width, height } = shownWithin(picture);
  return (
    <StaffPage
      title={name}
      current={urls.staffMedia()}
      styles={["control.css"]}
      scripts={["picture-library.js"]}
      crumbs={
        <nav class="crumbs" aria-label="Way here">
          <ol>
            <li>
              <a href={urls.staffMedia()}>Pictures</a>
            </li>
          </ol>
        </nav>
      }
    >
      {done === "saved" ? <Notice tone="good">It was saved.</Notice> : null}
      <FormError errors={errors} />
      <div class="pair">
        <Form action={address} label="What it shows">
          <div class="focus-point">
            <input
              type="image"
              name="at"
              src={mediaPath(picture)}
              width={width}
              height={height}
              alt="Press the point that a crop keeps"
            />
            <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
              <circle cx={(focusX / 100) * width} cy={(focusY / 100) * height} r="10" />
            </svg>
          </div>
          <p class="hint">Press the point that a crop keeps: covers on cards are cut around it.</p>
          <div class="focus-fields">
            <Field
              label="From the left, %"
              name="focusX"
              type="number"
              value={String(focusX)}
              {...{ errors }}
              {...(values && { values })}
            />
            <Field
              label="From the top, %"
              name="focusY"
              type="number"
              value={String(focusY)}
              {...{ errors }}
              {...(values && { values })}
            />
          </div>
          <Field
            label="Description"
            name="alt"
            rows={3}
            value={alt}
            maxlength={500}
            hint="For who cannot see it. A text may say something else of it."
            errors={errors}
            {...(values && { values })}
          />
          <button class="button primary" type="submit">
            Save
          </button>
        </Form>
        <div>
          <h2>In a text</h2>
          <copy-text class="copy-text">
            <section tabindex="0" aria-label="Markdown">
              <code>{markdownOf(picture)}</code>
            </section>
          </copy-text>
          <h2>Where it is shown</h2>
          {uses.length === 0 ? (
            <p class="soft">Nowhere now.</p>
          ) : (
            <ul class="plain">
              {uses.map(({ title, path, as, alt }) => (
                <li>
                  <a href={path}>{title}</a>{" "}
                  <small class="soft">{as === "text" ? alt || "without a description" : as}</small>
                </li>
              ))}
            </ul>
          )}
          <h2>Facts</h2>
          <dl class="known">
            <dt>Size</dt>
            <dd>
              {picture.width} × {picture.height}, {Math.ceil(picture.sizeBytes / 1024)} KB
            </dd>
            <dt>Kind</dt>
            <dd>{picture.animated ? `${picture.format}, moving` : picture.format}</dd>
            <dt>Added</dt>
            <dd>
              <Moment at={picture.createdAt} />
            </dd>
          </dl>
          {uses.length === 0 ? (
            <Form action={address} method="delete" kind="inline">
              <button class="button bad" type="submit">
                Delete for good
              </button>
            </Form>
          ) : null}
        </div>
      </div>
    </StaffPage>
  );
}

function markdownOf(picture: Media): string {
  return `![${picture.alt.replace(/[[\]\\]/g, "\\$&")}](${mediaPath(picture)})`;
}
