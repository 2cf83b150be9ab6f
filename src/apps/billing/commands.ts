import type { Command } from "#lib/app.ts";
import { UserError } from "#lib/errors.ts";
import { membershipsCommand } from "./memberships-check.ts";
import { ProviderError } from "./provider.ts";
import { listProviders } from "./providers.ts";
import { publishAll } from "./publishing.ts";
import { reconcileAll } from "./reconciling.ts";

const paymentsCommand: Command = {
  name: "payments",
  usage: "payments publish | reconcile",
  about:
    "publish: make prices and coupons known to the payment provider, each once. reconcile: compare what is known here with what the provider has, and mend it.",
  needs: "database",
  run: async (args) => {
    process.stdout.write(await managePayments(args));
    return 0;
  },
};

export const commands: readonly Command[] = [paymentsCommand, membershipsCommand];

/** Does what the arguments of `./manage payments` ask for, and says what became of it. */
export async function managePayments([verb = "", ...rest]: readonly string[]): Promise<string> {
  const act = verbs[verb];
  if (act === undefined || rest.length > 0) throw new UserError(`Say ./manage ${paymentsCommand.usage}`);
  try {
    return await act();
  } catch (error) {
    if (error instanceof ProviderError) throw new UserError(error.message, { status: 75, cause: error });
    throw error;
  }
}

const verbs: Readonly<Record<string, () => Promise<string>>> = { publish, reconcile: reconcileAll };

async function publish(): Promise<string> {
  const lines: string[] = [];
  for (const provider of await listProviders()) {
    const { published, known } = await publishAll(provider);
    lines.push(`${provider.label}: ${published} published, ${known} known already.\n`);
  }
  return lines.join("");
}
