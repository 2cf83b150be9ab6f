import { parseArgs } from "node:util";
import { noOrigin } from "#apps/accounts/security-events.ts";
import type { Command } from "#lib/app.ts";
import { UserError } from "#lib/errors.ts";
import { table } from "#lib/table.ts";
import { addBlock, findBlock, listBlocks, removeBlock } from "./blocks.ts";
import { blockKinds, type BlockKind } from "./schema.ts";

const by = { userId: null, origin: noOrigin };

export const blockCommand: Command = {
  name: "block",
  usage: "block [list | add KIND VALUE [--reason WHY] [--hours N] | remove KIND VALUE]",
  about:
    "Who is turned away at the door: KIND is address, network, country or agent. Every process knows within two seconds. For the day on which the page for it cannot be reached.",
  needs: "database",
  run: async (args) => {
    process.stdout.write(await manageBlocks(args));
    return 0;
  },
};

/** Does what the arguments of `./manage block` ask for, and says what became of it. */
export async function manageBlocks([verb = "list", ...args]: readonly string[]): Promise<string> {
  if (verb === "list" && args.length === 0) return await showBlocks();
  if (verb !== "add" && verb !== "remove") throw new UserError(`Say ./manage ${blockCommand.usage}`);
  const { rule, reason, hours } = readArguments(args);
  if (verb === "remove") {
    const found = await findBlock(rule);
    if (found === undefined || !(await removeBlock(found.id, by))) {
      throw new UserError(`There is no rule for ${rule.kind} ${rule.value}.`);
    }
    return `${rule.kind} ${found.value} is let in again.\n`;
  }
  const expiresAt = hours === undefined ? null : new Date(Date.now() + hours * 3_600_000);
  const problem = await addBlock({ ...rule, reason, expiresAt }, by);
  if (problem !== undefined) throw new UserError(problem);
  return `${rule.kind} ${rule.value} is turned away${hours === undefined ? "" : ` for ${hours} hours`}.\n`;
}

async function showBlocks(): Promise<string> {
  const rows = (await listBlocks()).map(({ kind, value, reason, createdAt, expiresAt, by: who }) => [
    kind,
    value,
    reason,
    clock(createdAt),
    expiresAt === null ? "no end" : clock(expiresAt),
    who ?? "a command",
  ]);
  return rows.length === 0
    ? "Nobody is turned away.\n"
    : table(["kind", "value", "reason", "since", "until", "by"], rows);
}

function readArguments(args: readonly string[]) {
  const options = { reason: { type: "string", default: "" }, hours: { type: "string" } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [kind = "", value = "", ...more] = positionals;
    const hours = values.hours === undefined ? undefined : Number(values.hours);
    if (!isKind(kind)) throw new UserError(`KIND is one of ${blockKinds.join(", ")}.`);
    if (value === "" || more.length > 0) throw new UserError("Name one value, in quotes when it has spaces.");
    if (hours !== undefined && !(hours > 0 && hours <= 100_000)) throw new UserError("--hours takes a number.");
    return { rule: { kind, value }, reason: values.reason, hours };
  } catch (error) {
    throw error instanceof UserError ? error : new UserError(error instanceof Error ? error.message : String(error));
  }
}

function isKind(name: string): name is BlockKind {
  return blockKinds.some((kind) => kind === name);
}

function clock(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}
