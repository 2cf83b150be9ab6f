import type { Router } from "#lib/app.ts";
import { knownChecks } from "#lib/checks.ts";
import { urls } from "#urls.ts";
import { gatherFacts, questions } from "../deployment.ts";
import { listSettings } from "../settings.ts";
import { SettingsPage } from "../views/settings.tsx";

/** What the site was told, and whether it is fit for readers: as `./manage check --deploy` says. */
export function settingsRoutes(router: Router): void {
  router.get(urls.staffSettings.pattern, { access: "permission:operations.view" }, async () => {
    const deployment = await gatherFacts(undefined);
    const answers: { name: string; problem: string | undefined }[] = questions.map(({ name, ask }) => ({
      name,
      problem: ask(deployment),
    }));
    for (const { name, run } of knownChecks()) answers.push({ name, problem: await run() });
    return <SettingsPage settings={listSettings()} answers={answers} />;
  });
}
