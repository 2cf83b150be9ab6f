import { createHash } from "node:crypto";
import type { Answer, Reply, Request } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { ImageRefused, ImagesBusy, makeVariant, readHeader } from "#lib/images.ts";
import type { OutputFormat } from "#lib/images.ts";
import { fetchOutside, OutsideError } from "#lib/outside.ts";
import type { Network } from "#lib/outside.ts";
import { answerPicture } from "./answers.ts";
import { files } from "./files.ts";
import { getOrMake } from "./making.ts";
import { parsePilbox, PilboxError } from "./pilbox.ts";
import type { PilboxRequest } from "./pilbox.ts";

export interface RobocropOptions {
  /** Without a key or without hosts there is no resizer. */
  key: string | undefined;
  hosts: readonly string[];
  /** Only tests replace it. */
  network?: Network;
}

const weekMs = 7 * 24 * 3600 * 1000;
const maxFetches = 40;
const maxBytes = 25_000_000;

/**
 * Answers `/robocrop/?url=…&w=…&sig=…`: fetches a picture from an allowed host, changes it and keeps the outcome for
 * this week of the calendar. Last week's is sent while its host is down.
 */
export function robocrop({ key, hosts, network }: RobocropOptions) {
  let fetches = 0;

  return async (request: Pick<Request, "url" | "headers" | "log">, reply: Reply): Promise<Answer> => {
    if (key === undefined || hosts.length === 0) throw new NotFound();
    try {
      const wanted = parsePilbox(request.url.split("?").slice(1).join("?"), key);
      const accepted = wanted.format === undefined ? acceptedFormat(request.headers.accept) : undefined;
      if (wanted.format === undefined) reply.header("vary", "accept");
      const name = nameOf(wanted, accepted);
      const week = Math.floor(Date.now() / weekMs);
      const answer = { tag: `"${name.slice(0, 24)}-${week}"`, cacheControl: fresh };
      return await answerPicture(request, reply, answer, () =>
        getOrMake(keyOf(name, week), () => make(wanted, accepted)).catch((error) => recall(error, name, week)),
      );
    } catch (error) {
      return answerError(error, request, reply);
    }
  };

  async function make(wanted: PilboxRequest, accepted: OutputFormat | undefined): Promise<Buffer> {
    if (fetches >= maxFetches) throw new ImagesBusy("Too many pictures are being fetched.");
    fetches += 1;
    try {
      const { bytes } = await fetchOutside(wanted.url, { maxBytes, hosts, ...(network && { network }) });
      const { steps, output } = wanted;
      return await makeVariant(bytes, { ...output, steps, format: wanted.format ?? bestFormat(bytes, accepted) });
    } finally {
      fetches -= 1;
    }
  }
}

const fresh = "public, max-age=86400, stale-while-revalidate=604800, stale-if-error=604800";

/** What a browser that says so is better served with than with the format of the original. */
function acceptedFormat(accept = ""): OutputFormat | undefined {
  return (["avif", "webp"] as const).find((format) => accept.includes(`image/${format}`));
}

/** An AVIF of ours would stand still, and a large one takes seconds. */
function bestFormat(bytes: Buffer, accepted: OutputFormat | undefined): OutputFormat {
  const { format, frames, width, height } = readHeader(bytes);
  const isFit = accepted !== "avif" || (frames === 1 && width * height < 8_000_000);
  if (accepted !== undefined) return isFit ? accepted : "webp";
  if (format === "svg") return "png";
  return format === "avif" ? "jpeg" : format;
}

/** Addresses that ask for the same have the same name, however they were written. */
function nameOf(wanted: PilboxRequest, accepted: OutputFormat | undefined): string {
  return createHash("sha256")
    .update(JSON.stringify([wanted.url, wanted.steps, wanted.format, wanted.output, accepted]))
    .digest("hex");
}

function keyOf(name: string, week: number): string {
  return `robocrop/${week}/${name.slice(0, 2)}/${name}`;
}

async function recall(error: unknown, name: string, week: number): Promise<Buffer> {
  const isDown = error instanceof OutsideError && error.outcome === "failed";
  const old = isDown ? await files.get(keyOf(name, week - 1)) : undefined;
  if (!old) throw error;
  return Buffer.from(old.buffer, old.byteOffset, old.byteLength);
}

function answerError(error: unknown, request: Pick<Request, "log">, reply: Reply): Reply {
  const { status, code, message } = pilboxErrorOf(error);
  if (status === 503) {
    reply.header("retry-after", "2");
    if (!(error instanceof ImagesBusy)) request.log.error({ error }, "a fetched picture could not be sent");
  }
  reply.code(status).header("cache-control", "no-store").type("application/json; charset=utf-8");
  return reply.send(JSON.stringify({ status_code: status, error_code: code, error: message }));
}

function pilboxErrorOf(error: unknown): PilboxError {
  if (error instanceof PilboxError) return error;
  if (error instanceof ImageRefused) return new PilboxError("image", error.message);
  if (error instanceof OutsideError)
    return new PilboxError(error.outcome === "refused" ? "host" : "fetch", error.message);
  if (error instanceof ImagesBusy) return new PilboxError("busy", error.message);
  return new PilboxError("busy", "The picture cannot be shown right now. Please try again soon.");
}
