import type { Command } from "#lib/app.ts";
import { UserError } from "#lib/errors.ts";
import { table } from "#lib/table.ts";
import { listAlerts } from "./alerts.ts";
import { getError, listErrors, placeOf, resolveError, titleOf } from "./errors/groups.ts";

export const errorsCommand: Command = {
  name: "errors",
  usage: "errors [show FINGERPRINT | resolve FINGERPRINT]",
  about:
    "What went wrong, by kind. The beginning of a fingerprint is enough; what is resolved is news when it comes back.",
  needs: "database",
  run: async (args) => {
    process.stdout.write(await manageErrors(args));
    return 0;
  },
};

/** Does what the arguments of `./manage errors` ask for, and says what became of it. */
export async function manageErrors([verb = "list", prefix = ""]: readonly string[]): Promise<string> {
  if (verb === "list") return await overview();
  if (verb === "show") return await show(prefix);
  if (verb !== "resolve") throw new UserError(`Say ./manage ${errorsCommand.usage}`);
  return `${titleOf(await resolveError(prefix))} is news when it comes back.\n`;
}

async function overview(): Promise<string> {
  const rows = (await listErrors()).map((error) => [
    error.fingerprint.slice(0, 8),
    String(error.count),
    clock(error.firstSeenAt),
    clock(error.lastSeenAt),
    error.resolvedAt === null ? "" : error.resolvedAt < error.lastSeenAt ? "is back" : "resolved",
    placeOf(error),
    titleOf(error).slice(0, 80),
  ]);
  return rows.length === 0 ? "No error is known.\n" : table(["error", "count", "first", "last", "", "where", ""], rows);
}

async function show(prefix: string): Promise<string> {
  const error = await getError(prefix);
  const context = Object.entries(error.context).map(([name, value]) => `${name}: ${value}`);
  const times = `${error.count} times, from ${clock(error.firstSeenAt)} to ${clock(error.lastSeenAt)}`;
  return `${error.fingerprint}, ${times}\n\n${error.message}\n\n${context.join("\n")}\n\n${error.stack}\n`;
}

export const alertsCommand: Command = {
  name: "alerts",
  usage: "alerts",
  about: "What was told last, or waits to be told, wherever it is sent.",
  needs: "database",
  run: async () => {
    const rows = (await listAlerts()).map(({ kind, title, raised, raisedAt, sentAt }) => [
      clock(raisedAt),
      kind,
      raised === 0 ? "" : `${raised} waiting`,
      sentAt === null ? "never" : clock(sentAt),
      title.slice(0, 100),
    ]);
    process.stdout.write(
      rows.length === 0 ? "No alert was ever raised.\n" : table(["raised", "", "", "handed over", ""], rows),
    );
    return 0;
  },
};

function clock(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}
