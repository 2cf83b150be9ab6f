import { writeMail } from "#apps/mail/sending.ts";
import { apps } from "#apps.ts";
import { findLive, type Window } from "./looking.ts";

/** Writes every mail of the site with these values in place of each text of its example, and looks at it. */
export async function lookAtMails({ context, looked }: Window, values: readonly string[]): Promise<void> {
  const page = await context.newPage();
  for (const template of apps.flatMap(({ mails = [] }) => mails)) {
    for (const [place] of values.entries()) {
      const { html } = writeMail(template, "reader@example.org", filled(template.example, values, place));
      looked.pages += 1;
      await page.setContent(html);
      looked.live.push(...(await findLive(page)).map((what) => `${template.name} ${what}`));
    }
  }
  await page.close();
}

// Addresses are made by us, and so are words with which a template tells cases apart.
function filled(example: unknown, values: readonly string[], place: number): unknown {
  let count = place;
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") return /^(https?:|\/|[\w-]*$)/.test(value) ? value : values[count++ % values.length];
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)]));
  };
  return fill(example);
}
