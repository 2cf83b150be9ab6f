import { pictureOf } from "#apps/media/media.ts";
import type { Media } from "#apps/media/schema.ts";
import { StaffPage } from "#apps/staff/parts.tsx";
import { csrfToken } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { Links } from "#ui/links.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { Picture } from "#ui/picture.tsx";
import { urls } from "#urls.ts";
import { libraryFilters, type LibraryFilter, type LibrarySearch } from "../library.ts";

export interface LibraryPageProps {
  search: LibrarySearch;
  pictures: readonly Media[];
  next: number | undefined;
  done?: string | undefined;
  /** What was wrong with files that were brought. */
  problems?: readonly string[];
}

/** All pictures, the newest first, and the place to bring more. */
export function LibraryPage({ search, pictures, next, done, problems = [] }: LibraryPageProps): Html {
  const { q, filter } = search;
  const sentence = sentences.get(done ?? "");
  const hrefOf = (each: typeof filter): string => urls.staffMedia({}, { ...(q !== "" && { q }), filter: each });
  return (
    <StaffPage title="Pictures" current={urls.staffMedia()} styles={["control.css"]} scripts={["picture-library.js"]}>
      {sentence === undefined ? null : <Notice tone="good">{sentence}</Notice>}
      {problems.map((problem) => (
        <Notice tone="bad">{problem}</Notice>
      ))}
      <picture-drop class="drop" data-csrf={csrfToken()}>
        <Form action={urls.staffMedia()} kind="upload" label="Add pictures">
          <label for="files">Add pictures: choose several, or drop them here</label>
          <input
            class="input"
            id="files"
            type="file"
            name="files"
            accept="image/jpeg,image/png,image/gif,image/webp,image/avif,image/svg+xml"
            multiple
            required
          />
          <button class="button primary" type="submit">
            Add
          </button>
        </Form>
        <ul class="drop-files" aria-live="polite"></ul>
      </picture-drop>
      <form class="filters" role="search" action={urls.staffMedia()}>
        <div class="field">
          <label for="q">Name or description</label>
          <input class="input" type="search" id="q" name="q" value={q} maxlength="200" autocomplete="off" />
        </div>
        {filter === "all" ? null : <input type="hidden" name="filter" value={filter} />}
        <button class="button" type="submit">
          Search
        </button>
      </form>
      <nav class="chips" aria-label="Which pictures">
        <Links
          links={libraryFilters.map((each) => ({ name: labels[each], href: hrefOf(each) }))}
          current={hrefOf(filter)}
        />
      </nav>
      {pictures.length === 0 ? (
        <EmptyState title="There is no such picture">
          <p>{q === "" ? "What is added or imported is shown here." : `No picture is called “${q}”.`}</p>
        </EmptyState>
      ) : (
        <ul class="library">
          {pictures.map((picture) => (
            <li>
              <a href={urls.staffPicture({ picture: String(picture.id) })}>
                <Picture picture={pictureOf(picture)} alt={picture.alt} sizes="11rem" />
                <span>{picture.name}</span>
              </a>
              <small>
                {picture.width} × {picture.height}
                {picture.alt === "" ? ", not described" : ""}
              </small>
            </li>
          ))}
        </ul>
      )}
      {next === undefined ? null : (
        <p class="older">
          <a href={urls.staffMedia({}, { ...(q !== "" && { q }), filter, before: String(next) })}>Older pictures</a>
        </p>
      )}
    </StaffPage>
  );
}

const labels: Record<LibraryFilter, string> = {
  all: "All",
  unused: "Shown nowhere",
  undescribed: "Not described",
};

const sentences = new Map([
  ["added", "They were added."],
  ["deleted", "It was deleted."],
]);
