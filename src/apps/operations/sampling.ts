import { desc, gt, sql } from "drizzle-orm";
import { config } from "#config.ts";
import { db } from "#lib/db.ts";
import { uptimeSamples } from "./schema.ts";

const deadlineMs = 5000;

/** Asks for the front page as a reader would, by the site's own name, through its certificate and proxies. */
export async function askSite(url: string): Promise<{ ms: number; problem: string | null }> {
  const began = performance.now();
  const problem = await findProblem(url);
  return { ms: Math.round(performance.now() - began), problem };
}

async function findProblem(url: string): Promise<string | null> {
  try {
    const headers = { accept: "text/html", "user-agent": "Lectern (asks whether this site answers)" };
    const response = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(deadlineMs) });
    const text = await response.text();
    if (response.status !== 200) return `It answered ${response.status}.`;
    return text.includes("</html>") ? null : "The answer was no whole page.";
  } catch (error) {
    return sentenceOf(error);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "There was no answer within 5 s.";
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const sentence = sentences.find(([pattern]) => pattern.test(code))?.[1];
  return sentence ?? `It could not be asked (${code || String(cause)}).`;
}

const sentences: readonly [RegExp, string][] = [
  [/^(ENOTFOUND|EAI_AGAIN)$/, "The name of the site was not found."],
  [/^ECONNREFUSED$/, "Nothing listens at the address of the site."],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, "The connection broke off."],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/, "The address of the site cannot be reached."],
  [/^CERT_HAS_EXPIRED$/, "The certificate has expired."],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, "The certificate is for another name."],
  [/CERT|SELF_SIGNED|ERR_SSL|ERR_TLS/, "The certificate is not trusted."],
];

/** Saves what the minute has met; of several that ask within one minute, the first is kept. */
export async function saveSample(at: Date, sample: { ms: number; problem: string | null }): Promise<void> {
  const minute = new Date(Math.floor(at.getTime() / 60_000) * 60_000);
  await db
    .insert(uptimeSamples)
    .values({ at: minute, ...sample })
    .onConflictDoNothing();
}

/** A sentence when the last three minutes that were asked, and lately, have all failed. */
export async function sayWhetherSiteAnswers(): Promise<string | undefined> {
  const last = await db
    .select({ problem: uptimeSamples.problem })
    .from(uptimeSamples)
    .where(gt(uptimeSamples.at, sql`now() - interval '10 minutes'`))
    .orderBy(desc(uptimeSamples.at))
    .limit(3);
  const [newest] = last;
  if (newest === undefined || last.length < 3 || last.some(({ problem }) => problem === null)) return undefined;
  return `Readers cannot open ${config.BASE_URL}, as the last three minutes found. ${newest.problem}`;
}
