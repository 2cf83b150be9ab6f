import type { Entry } from "#apps/catalog/schema.ts";
import type { Version, VersionRow } from "#apps/editorial/versions.ts";
import { raw, type Html } from "#lib/jsx/jsx-runtime.ts";
import type { DiffBlock, DiffHunk, DiffLine, DiffRow } from "#lib/text-diff.ts";
import { urls } from "#urls.ts";
import { DeskPage } from "./desk-page.tsx";
import { VersionSelect } from "./versions.tsx";

/** Beside each other, one after the other, or as readers see it. */
export const ways = ["side", "unified", "page"] as const;
export type Way = (typeof ways)[number];
const wayNames: Record<Way, string> = { side: "Side by side", unified: "In one column", page: "As a page" };

export interface ComparisonPageProps {
  entry: Entry;
  versions: readonly VersionRow[];
  before: Version;
  after: Version;
  way: Way;
  /** Whether lines that are the same are shown too. */
  isWhole: boolean;
  rows: readonly DiffRow[];
  hunks: readonly DiffHunk[];
  blocks: readonly DiffBlock[];
}

/** What lies between two versions of an entry. */
export function ComparisonPage(props: ComparisonPageProps): Html {
  const { entry, versions, before, after, way, isWhole, rows } = props;
  const id = String(entry.id);
  const asked = { from: before.number, to: after.number };
  const isSame = rows.every(({ kind }) => kind === "same");
  return (
    <DeskPage title={`Version ${before.number} and version ${after.number}`} aside={<Sum rows={rows} />}>
      <p class="lede-line">
        <a href={urls.deskEntry({ id })}>{entry.title}</a> · <a href={urls.deskRevisions({ id })}>All versions</a>
      </p>
      <form class="filters" action={urls.deskComparison({ id })} aria-label="Compare two versions">
        <input type="hidden" name="way" value={way} />
        <VersionSelect label="Compare" name="from" versions={versions} chosen={before.number} />
        <VersionSelect label="with" name="to" versions={versions} chosen={after.number} />
        <button class="button" type="submit">
          Compare
        </button>
      </form>
      <ul class="chips" aria-label="How it is shown">
        {ways.map((each) => (
          <li>
            <a
              class="chip"
              href={urls.deskComparison({ id }, { ...asked, way: each })}
              aria-current={each === way ? "page" : undefined}
            >
              {wayNames[each]}
            </a>
          </li>
        ))}
      </ul>
      <Words name="Title" before={before.title} after={after.title} />
      <Words name="Summary" before={before.summary} after={after.summary} />
      {isSame ? <p class="soft">Both say the same.</p> : <Body {...props} />}
      {isSame || way === "page" ? null : (
        <p class="older">
          <a class="button" href={urls.deskComparison({ id }, { ...asked, way, all: isWhole ? undefined : "yes" })}>
            {isWhole ? "Only what changed" : "The whole text"}
          </a>
        </p>
      )}
    </DeskPage>
  );
}

function Body({ way, hunks, blocks }: ComparisonPageProps): Html {
  if (way === "page") return <Blocks blocks={blocks} />;
  return way === "side" ? <Sides hunks={hunks} /> : <Unified hunks={hunks} />;
}

function Sum({ rows }: { rows: readonly DiffRow[] }): Html {
  const added = rows.filter(({ kind }) => kind === "added" || kind === "changed").length;
  const removed = rows.filter(({ kind }) => kind === "removed" || kind === "changed").length;
  return (
    <p class="diff-sum">
      <span class="plus">+{added}</span> <span class="minus">−{removed}</span> lines
    </p>
  );
}

function Words({ name, before, after }: { name: string; before: string; after: string }): Html | null {
  if (before === after) return null;
  return (
    <dl class="known diff-words">
      <dt>{name}</dt>
      <dd>
        <del>{before === "" ? "nothing" : before}</del> <ins>{after === "" ? "nothing" : after}</ins>
      </dd>
    </dl>
  );
}

function Sides({ hunks }: { hunks: readonly DiffHunk[] }): Html {
  return (
    <section class="diff" aria-label="The texts side by side" tabindex="0">
      <table class="diff-sides">
        <colgroup>
          <col class="numbers" />
          <col />
          <col class="numbers" />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col" colspan={2}>
              Before
            </th>
            <th scope="col" colspan={2}>
              After
            </th>
          </tr>
        </thead>
        {hunks.map((hunk) => (
          <tbody>
            {"left" in hunk ? (
              <Left count={hunk.left} columns={4} />
            ) : (
              hunk.rows.map((row) => (
                <tr class={row.kind}>
                  <Cells line={row.before} mark={row.kind === "same" ? undefined : "del"} />
                  <Cells line={row.after} mark={row.kind === "same" ? undefined : "ins"} />
                </tr>
              ))
            )}
          </tbody>
        ))}
      </table>
    </section>
  );
}

function Unified({ hunks }: { hunks: readonly DiffHunk[] }): Html {
  return (
    <section class="diff" aria-label="The texts in one column" tabindex="0">
      <table class="diff-unified">
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        {hunks.map((hunk) => (
          <tbody>{"left" in hunk ? <Left count={hunk.left} columns={2} /> : unified(hunk.rows)}</tbody>
        ))}
      </table>
    </section>
  );
}

// Of lines that follow one another, those that went stand before those that came.
function unified(rows: readonly DiffRow[]): Html[] {
  const lines: Html[] = [];
  let came: Html[] = [];
  for (const { kind, before, after } of rows) {
    if (kind === "same") {
      lines.push(...came, <tr>{<Cells line={after} mark={undefined} />}</tr>);
      came = [];
      continue;
    }
    if (before) lines.push(<tr class="removed">{<Cells line={before} mark="del" />}</tr>);
    if (after) came.push(<tr class="added">{<Cells line={after} mark="ins" />}</tr>);
  }
  return [...lines, ...came];
}

function Left({ count, columns }: { count: number; columns: number }): Html {
  return (
    <tr class="left">
      <td colspan={columns}>{count === 1 ? "1 line is the same" : `${count} lines are the same`}</td>
    </tr>
  );
}

function Cells({ line, mark }: { line: DiffLine | undefined; mark: "del" | "ins" | undefined }): Html {
  if (line === undefined)
    return (
      <>
        <td class="number none" />
        <td class="none" />
      </>
    );
  return (
    <>
      <td class="number">{line.number}</td>
      <td class={mark}>
        {line.parts.map(({ text, isMarked }) =>
          !isMarked || mark === undefined ? text : mark === "del" ? <del>{text}</del> : <ins>{text}</ins>,
        )}
      </td>
    </>
  );
}

function Blocks({ blocks }: { blocks: readonly DiffBlock[] }): Html {
  return (
    <div class="prose diff-page">
      {blocks.map(({ kind, html }) =>
        kind === "same" ? (
          raw(html)
        ) : (
          <div class={`diff-block ${kind}`} role="group" aria-label={kind === "added" ? "New" : "Taken out"}>
            {raw(html)}
          </div>
        ),
      )}
    </div>
  );
}
