import { levels } from "#apps/catalog/schema.ts";
import { accesses } from "#apps/members/members.ts";
import { StaffTable } from "#apps/staff/parts.tsx";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { mostAtOnce, type Choices, type MetadataRow, type Wanted } from "../metadata.ts";
import { Select } from "./board.tsx";
import { DeskPage, kindName } from "./desk-page.tsx";

export interface MetadataPageProps {
  rows: readonly MetadataRow[];
  choices: Choices;
  asked: { q: string; topic: string };
  problem?: string;
}

/** Entries to choose among, and what shall become of those chosen. */
export function MetadataPage({ rows, choices, asked, problem }: MetadataPageProps): Html {
  const topics = choices.topics.map(({ slug, name }) => [slug, name] as const);
  return (
    <DeskPage title="Several at once" tab={urls.deskMetadata()}>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <form class="filters" action={urls.deskMetadata()} aria-label="Which entries">
        <div class="field">
          <label for="q">Title or address</label>
          <input class="input" type="search" id="q" name="q" value={asked.q} autocomplete="off" />
        </div>
        <Select label="Topic" name="topic" value={asked.topic} all="All topics" options={topics} />
        <button class="button" type="submit">
          Show
        </button>
      </form>
      <Form action={urls.deskMetadata()} label="Change several entries">
        <StaffTable label="Entries" head={["Entry", "Kind", "Level", "Readers"]}>
          {rows.map(({ id, title, path, kind, level, access }) => (
            <tr>
              <th scope="row">
                <label class="choice">
                  <input type="checkbox" name="id[]" value={String(id)} />
                  <span>
                    {title}
                    <small>{path}</small>
                  </span>
                </label>
              </th>
              <td>{kindName(kind)}</td>
              <td>{level ?? "–"}</td>
              <td>{access}</td>
            </tr>
          ))}
        </StaffTable>
        {rows.length < mostAtOnce ? null : <p class="soft">The first {mostAtOnce}: narrow it down to see others.</p>}
        <div class="filters">
          <Select
            label="Level"
            name="level"
            value=""
            all="As it is"
            options={[["none", "None"], ...levels.map((level) => [level, level] as const)]}
          />
          <Select
            label="Readers"
            name="access"
            value=""
            all="As it is"
            options={accesses.map((each) => [each, each])}
          />
          <Select label="With the topic" name="add" value="" all="As it is" options={topics} />
          <Select label="Without the topic" name="drop" value="" all="As it is" options={topics} />
          <Select
            label="By"
            name="author"
            value=""
            all="As it is"
            options={choices.authors.map(({ id, name }) => [String(id), name])}
          />
          <button class="button primary" type="submit">
            Go on
          </button>
        </div>
      </Form>
    </DeskPage>
  );
}

interface ConfirmPageProps {
  rows: readonly MetadataRow[];
  words: readonly string[];
  fields: Wanted;
}

/** What would change, before it does. */
export function ConfirmPage({ rows, words, fields }: ConfirmPageProps): Html {
  const { level, access, add, drop, author } = fields;
  return (
    <DeskPage title={rows.length === 1 ? "Change this entry?" : `Change these ${rows.length} entries?`}>
      <p class="lede-line">They will be: {words.join(", ")}.</p>
      <ul class="rows-of-things">
        {rows.map(({ id, title, path }) => (
          <li>
            <span>
              <a href={urls.deskEntry({ id: String(id) })}>{title}</a>
              <small>{path}</small>
            </span>
          </li>
        ))}
      </ul>
      <Form action={urls.deskMetadata()} label="Change them">
        {rows.map(({ id }) => (
          <input type="hidden" name="id[]" value={String(id)} />
        ))}
        {Object.entries({ level, access, add, drop, author }).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <div class="deeds">
          <button class="button primary" type="submit" name="confirmed" value="yes">
            Change them
          </button>
          <a class="button" href={urls.deskMetadata()}>
            Leave them
          </a>
        </div>
      </Form>
    </DeskPage>
  );
}
