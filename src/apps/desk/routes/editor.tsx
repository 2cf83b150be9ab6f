import { z } from "zod";
import { beginText } from "#apps/editorial/beginning.ts";
import { showDraft } from "#apps/editorial/drafts.ts";
import { remarksFor } from "#apps/editorial/remarks.ts";
import { requireWriter, saveVersion } from "#apps/editorial/versions.ts";
import {
  dropWorkingCopy,
  getBase,
  keepWorkingCopy,
  openText,
  type OpenedText,
} from "#apps/editorial/working-copies.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { UserError } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { knownKinds } from "#lib/kinds.ts";
import { markedText, mergeTexts } from "#lib/merge.ts";
import { slugify } from "#lib/url.ts";
import { entryPath, urls } from "#urls.ts";
import { idIn } from "../ids.ts";
import { takePicture } from "../pictures.ts";
import { EditorPage } from "../views/editor.tsx";
import { NewTextPage } from "../views/new-text.tsx";

const writer = { access: "permission:desk.write" } as const;
// A text may have a million characters, and most of them two or three bytes.
const whole = { ...writer, bodyLimit: 4_000_000 } as const;

const text = {
  title: z.string().trim().min(1, "Give it a title.").max(300, "Please keep the title within 300 characters."),
  summary: z.string().trim().max(1000, "Please keep the summary within 1,000 characters."),
  source: z
    .string()
    .max(1_000_000, "A text may have a million characters.")
    .transform((source) => source.replace(/\r\n?/g, "\n")),
};
// What is typed is kept as it is, whole or not.
const typed = z.object({
  title: z.string().max(300),
  summary: z.string().max(1000),
  source: z.string().max(1_000_000),
});
const number = z.coerce.number().int().nonnegative();
const version = z.object({
  ...text,
  baseNumber: number,
  note: z.string().trim().max(300).default(""),
  name: z.string().trim().max(100).default(""),
});
const copy = typed.extend({
  baseNumber: z.int().nonnegative(),
  sequence: z.int().positive(),
  after: z.array(z.int().positive()).max(50),
});

/** Where a text is begun and written. */
export function editorRoutes(router: Router): void {
  router.get(urls.deskNew.pattern, writer, () => <NewTextPage kinds={[...knownKinds().keys()]} />);
  router.post(urls.deskNew.pattern, whole, begin);

  router.get(urls.deskEditor.pattern, writer, async ({ viewer, params }) => {
    const opened = await openText(viewer, idIn(params.id));
    const { number } = opened.newest;
    const remarks = number === 0 ? [] : await remarksFor(opened.entry.id, number);
    return <EditorPage opened={opened} remarks={remarks} />;
  });
  router.post(urls.deskEditor.pattern, whole, save);

  router.post(urls.deskPreview.pattern, whole, async (request, reply) => {
    const entryId = idIn(request.params.id);
    await requireWriter(request.viewer, entryId);
    if (isJson(request))
      return await showDraft(request, reply, { entryId, text: readJson(request, typed), lines: true });
    const { data, errors } = readForm(request, typed);
    if (data === undefined) throw new Refused(422, Object.values(errors)[0]);
    return await showDraft(request, reply, { entryId, text: data });
  });

  router.get(
    urls.deskWorkingCopy.pattern,
    { ...writer, query: z.object({ base: number.optional() }) },
    async ({ viewer, params, query }, reply) => {
      const { newest, copy: kept = null, others } = await openText(viewer, idIn(params.id));
      const base = query.base === undefined ? null : await getBase(viewer, idIn(params.id), query.base);
      return sendJson(reply, { newest, copy: kept, base, others });
    },
  );
  router.put(urls.deskWorkingCopy.pattern, whole, async (request, reply) => {
    const kept = await keepWorkingCopy(request.viewer, idIn(request.params.id), readJson(request, copy));
    return sendJson(reply.code(kept.other === undefined ? 200 : 409), kept);
  });
  router.delete(urls.deskWorkingCopy.pattern, writer, async ({ viewer, params }, reply) => {
    await dropWorkingCopy(viewer, idIn(params.id));
    return reply.redirect(urls.deskEditor({ id: params.id }), 303);
  });

  router.post(
    urls.deskPictures.pattern,
    { ...writer, body: "upload", bodyLimit: 20_000_000 },
    async (request, reply) => {
      const taken = await takePicture(request);
      return sendJson(reply.code("problem" in taken ? 422 : 201), taken);
    },
  );
}

const beginning = z.object({
  kind: z.string(),
  title: text.title,
  path: z.string().trim().max(200).default(""),
  outline: text.source.default(""),
});

async function begin(request: Request, reply: Reply): Promise<Answer> {
  const { data, errors, values } = readForm(request, beginning);
  const kinds = [...knownKinds().keys()];
  const showAgain = (problems: Record<string, string>): Answer => {
    reply.code(422);
    return <NewTextPage kinds={kinds} errors={problems} values={values} />;
  };
  if (data === undefined) return showAgain(errors);
  const { kind, title, outline } = data;
  if (!kinds.includes(kind)) return showAgain({ kind: "Choose what it will be." });
  const slug = slugify(data.path === "" ? title : data.path.replaceAll("/", " "));
  if (slug === "") return showAgain({ path: "Give it an address of letters and digits." });
  try {
    const entry = await beginText(request.viewer, { kind, title, path: entryPath({ slug }), outline });
    return reply.redirect(urls.deskEditor({ id: String(entry.id) }), 303);
  } catch (error) {
    if (error instanceof UserError) return showAgain({ path: error.message });
    throw error;
  }
}

async function save(request: Request<typeof urls.deskEditor.pattern>, reply: Reply): Promise<Answer> {
  const { viewer, params } = request;
  const entryId = idIn(params.id);
  if (isJson(request)) {
    const { name, ...input } = readJson(request, version);
    const saved = await saveVersion(viewer, entryId, { ...input, name: name || null });
    if ("conflict" in saved) return sendJson(reply.code(409), { newestNumber: saved.conflict.number });
    await dropWorkingCopy(viewer, entryId);
    return sendJson(reply, saved);
  }
  const { data, errors, values } = readForm(request, version);
  if (data === undefined) {
    const opened = await openText(viewer, entryId);
    reply.code(422);
    return <EditorPage opened={withTyped(opened, values)} errors={errors} values={values} />;
  }
  const { name, ...input } = data;
  const saved = await saveVersion(viewer, entryId, { ...input, name: name || null });
  if ("number" in saved) {
    await dropWorkingCopy(viewer, entryId);
    return reply.redirect(urls.deskEditor({ id: params.id }), 303);
  }
  const base = await getBase(viewer, entryId, input.baseNumber);
  const merged = markedText(mergeTexts(input, base, saved.conflict));
  const opened = await openText(viewer, entryId);
  reply.code(409);
  return <EditorPage opened={opened} merged={merged} values={values} />;
}

/** The opened text as it was typed into a form that was refused. */
function withTyped(opened: OpenedText, values: Readonly<Record<string, string>>): OpenedText {
  const { title = "", summary = "", source = "" } = values;
  const baseNumber = Number(values.baseNumber) || opened.newest.number;
  return { ...opened, copy: { ...typedCopy, title, summary, source, baseNumber } };
}
const typedCopy = { entryId: 0, userId: 0, sequence: 0, updatedAt: new Date(0) };

function isJson(request: Pick<Request, "headers">): boolean {
  return /^application\/json\b/.test(request.headers["content-type"] ?? "");
}

function readJson<Schema extends z.ZodType>(request: Pick<Request, "body">, schema: Schema): z.output<Schema> {
  const { data, error } = schema.safeParse(request.body);
  if (data === undefined) throw new Refused(422, error?.issues[0]?.message);
  return data;
}

function sendJson(reply: Reply, body: object): Reply {
  return reply.header("cache-control", "private, no-store").send(body);
}
