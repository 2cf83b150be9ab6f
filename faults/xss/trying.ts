import type { Browser } from "playwright-core";
import { sessions } from "#apps/accounts/schema.ts";
import { hashSecret, newSecret } from "#apps/accounts/secrets.ts";
import { readContentVersion } from "#apps/catalog/content-version.ts";
import { workingCopies } from "#apps/editorial/schema.ts";
import { models } from "#apps.ts";
import { db } from "#lib/db.ts";
import type { Server } from "#lib/http.ts";
import { sessionCookie } from "#lib/viewer.ts";
import { urls } from "#urls.ts";
import { lookAtFeeds } from "./feeds.ts";
import { lookAt, openWindow } from "./looking.ts";
import { lookAtMails } from "./mails.ts";
import { adminPages, deskPages, echoingPages, otherPages } from "./pages.ts";
import { owner, storeVectors, type Stored } from "./storing.ts";

export interface Tried {
  /** How many pages and mails were looked at. */
  looked: number;
  /** What ran, or would once somebody touches it. */
  live: string[];
  /** Pages that answered with an error of ours. */
  failed: string[];
  /** Cells of exports that a spreadsheet would run. */
  formulas: string[];
}

export interface Values {
  /** Several vectors each. */
  bundles: readonly string[];
  /** One each, for where it matters how a text begins. */
  singles: readonly string[];
  /** Of how many rows of every table the form and the history are looked at, and of how many entries all of the desk. */
  forms: number;
  /** What lists and searches are asked for. */
  echoed: readonly string[];
}

/**
 * Faults W12: stores vectors in every text that the admin and the desk know, a row for each value, and looks at every
 * page, mail, feed and export that shows them, in a browser without a policy against scripts.
 */
export async function tryVectors(
  browser: Browser,
  { origin, routes }: { origin: string; routes: Server["routes"] },
  { bundles, singles, forms, echoed }: Values,
): Promise<Tried> {
  const values = [...bundles, ...singles];
  const stored = await storeVectors(values);
  await keepCopies(stored, values);
  await readContentVersion();
  const window = await openWindow(browser, [{ name: sessionCookie, value: await signIn(), url: origin }]);
  try {
    const pages = [
      ...otherPages(routes, stored, forms),
      ...adminPages(stored, forms),
      ...deskPages(stored, forms),
      ...echoingPages(echoed),
    ];
    await lookAt(
      window,
      pages.map((path) => origin + path),
    );
    await lookAt(window, [origin + urls.admin(), origin + urls.home()], async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("alert");
      await page.locator('[role="option"]').first().waitFor();
    });
    await lookAtFeeds(window, origin);
    await lookAtMails(window, values.slice(0, bundles.length));
    const formulas = await findFormulas((path) => window.context.request.get(origin + path));
    return { looked: window.looked.pages, live: window.looked.live, failed: window.looked.failed, formulas };
  } finally {
    await window.context.close();
  }
}

async function signIn(): Promise<string> {
  const token = newSecret();
  const expiresAt = new Date(Date.now() + 3_600_000);
  const session = { tokenHash: hashSecret(token), userId: owner, method: "password", hasSecondFactor: true } as const;
  await db.insert(sessions).values({ ...session, expiresAt });
  return token;
}

// What is typed and not saved yet, of every other entry.
async function keepCopies({ entries }: Stored, values: readonly string[]): Promise<void> {
  for (const [place, entryId] of entries.entries()) {
    if (place % 2 === 1) continue;
    const [source = "", title = "", summary = ""] = [0, 3, 5].map((shift) => values[(place + shift) % values.length]);
    const copy = { entryId, userId: owner, baseNumber: 2, source, title, summary, sequence: 1 };
    await db.insert(workingCopies).values(copy);
  }
}

async function findFormulas(ask: (path: string) => Promise<{ text: () => Promise<string> }>): Promise<string[]> {
  const formulas: string[] = [];
  for (const model of models.keys()) {
    const answer = await ask(urls.adminExport({ model, format: "csv" }));
    for (const cell of cellsOf(await answer.text())) {
      if (/^[=+\-@\t\r]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell)) formulas.push(`${model}: ${cell}`);
    }
  }
  return formulas;
}

// As a spreadsheet reads them: with the apostrophe that makes them text, which our own reader takes away.
function cellsOf(csv: string): string[] {
  return [...csv.matchAll(/(?<=^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? "").replaceAll('""', '"'),
  );
}
