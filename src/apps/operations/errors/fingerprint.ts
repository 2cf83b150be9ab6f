import { createHash } from "node:crypto";
import { resolve } from "node:path";

const root = `${resolve(import.meta.dirname, "../../../..")}/`;

/** Frames that tell one error from another; those above them are how it was reached. */
const most = 5;

/**
 * What errors that are alike have in common: their class, the message without its values, and the functions of the
 * project that were at work, by name and file. It stays when lines move and values change.
 */
export function fingerprintOf({ type, message, stack }: { type: string; message: string; stack: string }): string {
  const frames = readFrames(stack).filter(({ isOurs }) => isOurs);
  const places = frames.slice(0, most).map(({ name, file }) => `${name} ${file}`);
  const parts = [type, withoutValues(message), ...places];
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}

function withoutValues(message: string): string {
  return (
    message
      .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "*")
      .replace(/"[^"\n]*"|'[^'\n]*'|`[^`\n]*`|“[^”\n]*”/g, "*")
      .replace(/\b(0x[0-9a-f]+|[0-9a-f]*\d[0-9a-f]*)\b/gi, "*")
      .replace(/\d+/g, "*")
      // As many as there were values.
      .replace(/\$\*(,\s*\$\*)+/g, "$*")
  );
}

export interface Frame {
  name: string;
  /** From the root of the project when it lies there. */
  file: string;
  line: number;
  column: number;
  isOurs: boolean;
}

/** The frames of a stack, the innermost first. */
export function readFrames(stack: string): Frame[] {
  return stack.split("\n").flatMap((text) => {
    const [, name = "", place = ""] = /^\s+at (?:async )?(?:(.+?) \()?([^()]+)\)?$/.exec(text) ?? [];
    const [, file, line, column] = /^(?:file:\/\/)?(.+):(\d+):(\d+)$/.exec(place) ?? [];
    if (file === undefined) return [];
    const isInside = file.startsWith(root);
    const isOurs = isInside && !file.includes("/node_modules/");
    return [
      { name, file: isInside ? file.slice(root.length) : file, line: Number(line), column: Number(column), isOurs },
    ];
  });
}
