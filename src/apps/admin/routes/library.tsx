import { z } from "zod";
import { deleteUnused } from "#apps/editorial/media-use.ts";
import { addMedia, mediaPath } from "#apps/media/media.ts";
import type { Media } from "#apps/media/schema.ts";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { wantsJson } from "#lib/http/problems.ts";
import { ImageRefused, ImagesBusy } from "#lib/images.ts";
import { urls } from "#urls.ts";
import { recordChanges } from "../history.ts";
import { describePicture, findPicture, findPictures, libraryFilters, listUses } from "../library.ts";
import { shownWithin } from "../focus.ts";
import { LibraryPage } from "../views/library.tsx";
import { PicturePage } from "../views/picture.tsx";

const mostBytes = 40_000_000;

/** The library of pictures. */
export function libraryRoutes(router: Router): void {
  const access = { access: "permission:media.manage" } as const;
  const query = z.object({
    q: z.string().max(200).catch("").default(""),
    filter: z.enum(libraryFilters).catch("all").default("all"),
    before: z.coerce.number().int().positive().optional().catch(undefined),
    done: z.string().max(20).optional().catch(undefined),
  });
  router.get(urls.staffMedia.pattern, { ...access, query }, async ({ query }) => (
    <LibraryPage search={query} done={query.done} {...await findPictures(query)} />
  ));

  router.post(urls.staffMedia.pattern, { ...access, body: "upload", bodyLimit: mostBytes }, takePictures);

  const done = z.object({ done: z.string().max(20).optional().catch(undefined) });
  router.get(urls.staffPicture.pattern, { ...access, query: done }, async ({ params, query }) => {
    const picture = await getPicture(params.picture);
    return <PicturePage picture={picture} uses={await listUses(picture)} done={query.done} />;
  });

  router.post(urls.staffPicture.pattern, access, async (request, reply) => {
    const picture = await getPicture(request.params.picture);
    const { data, errors, values } = readForm(request, description);
    if (data === undefined) {
      reply.code(422);
      return <PicturePage picture={picture} uses={await listUses(picture)} errors={errors} values={values} />;
    }
    const { alt, ...typed } = data;
    const said = { alt, ...(pointedAt(picture, data) ?? { focusX: typed.focusX, focusY: typed.focusY }) };
    await describePicture(picture.id, said);
    const { alt: altBefore, focusX, focusY } = picture;
    const change = { action: "described", before: { alt: altBefore, focusX, focusY }, after: said };
    await keep(request, picture, change);
    return reply.redirect(urls.staffPicture({ picture: String(picture.id) }, { done: "saved" }), 303);
  });

  router.delete(urls.staffPicture.pattern, access, async (request, reply) => {
    const picture = await getPicture(request.params.picture);
    if (!(await deleteUnused(picture.id))) {
      reply.code(409);
      const uses = await listUses(picture);
      const sentence = "It stays: a page shows it, or a former text of one that could come back.";
      return <PicturePage picture={picture} uses={uses} errors={{ "": sentence }} />;
    }
    await keep(request, picture, { action: "deleted", before: { name: picture.name }, after: {} });
    return reply.redirect(urls.staffMedia({}, { done: "deleted" }), 303);
  });
}

const percent = z.coerce
  .number("A whole number from 0 to 100.")
  .int()
  .min(0, "From 0 to 100.")
  .max(100, "From 0 to 100.");
const pixels = z.coerce.number().int().min(0).max(10_000).optional();
const description = z.object({
  alt: z.string().trim().max(500, "500 letters at most."),
  focusX: percent,
  focusY: percent,
  "at.x": pixels,
  "at.y": pixels,
});

/** Where the picture itself was pressed. The keyboard presses it at 0, 0, and means its fields. */
function pointedAt(
  picture: Media,
  { "at.x": x = 0, "at.y": y = 0 }: z.output<typeof description>,
): Pick<Media, "focusX" | "focusY"> | undefined {
  if (x === 0 && y === 0) return undefined;
  const { width, height } = shownWithin(picture);
  return { focusX: share(x, width), focusY: share(y, height) };
}

function share(place: number, size: number): number {
  return Math.min(100, Math.round((place / size) * 100));
}

interface Taken {
  file: string;
  id?: number;
  markdown?: string;
  problem?: string;
}

async function takePictures(request: Request<typeof urls.staffMedia.pattern>, reply: Reply): Promise<Answer> {
  const taken: Taken[] = [];
  for (const file of await filesOf(request)) taken.push(await take(request, file));
  const isWhole = taken.every(({ problem }) => problem === undefined);
  const status = taken.length === 0 || !isWhole ? 422 : 200;
  if (wantsJson(request.url, request.headers.accept)) return reply.code(status).send(taken);
  if (status === 200) return reply.redirect(urls.staffMedia({}, { done: "added" }), 303);
  reply.code(status);
  const search = { q: "", filter: "all" } as const;
  const problems = taken.flatMap(({ file, problem }) => (problem === undefined ? [] : [`${file}: ${problem}`]));
  return (
    <LibraryPage
      search={search}
      problems={taken.length === 0 ? ["Choose one picture or several."] : problems}
      {...await findPictures(search)}
    />
  );
}

async function filesOf(request: Request<typeof urls.staffMedia.pattern>): Promise<File[]> {
  if (request.body instanceof URLSearchParams) return [];
  const form = await request.formData();
  return form.getAll("files").filter((value): value is File => typeof value !== "string" && value.size > 0);
}

async function take(request: Request<typeof urls.staffMedia.pattern>, file: File): Promise<Taken> {
  const name = file.name.slice(0, 200);
  try {
    const picture = await addMedia(await file.bytes(), { name });
    await keep(request, picture, { action: "added", before: {}, after: { name: picture.name } });
    return { file: name, id: picture.id, markdown: `![${picture.alt}](${mediaPath(picture)})` };
  } catch (error) {
    if (error instanceof ImageRefused) return { file: name, problem: error.message };
    if (error instanceof ImagesBusy)
      return { file: name, problem: "Too many pictures are being looked at. Try again." };
    throw error;
  }
}

async function getPicture(text: string): Promise<Media> {
  const picture = /^[1-9]\d{0,8}$/.test(text) ? await findPicture(Number(text)) : undefined;
  if (picture === undefined) throw new NotFound("There is no such picture.");
  return picture;
}

interface Deed {
  action: string;
  before: Record<string, string | number>;
  after: Record<string, string | number>;
}

async function keep(request: Request, { id, name }: Media, deed: Deed): Promise<void> {
  await recordChanges(request, [{ model: "media", key: String(id), title: name, ...deed }]);
}
