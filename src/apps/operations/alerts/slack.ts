import { config } from "#config.ts";
import { RetryAfter } from "#lib/jobs.ts";
import { guide, type AlertMessage } from "../views/alert-mail.tsx";

const deadlineMs = 2000;

/** Until when Slack wants to hear nothing from this process. */
let quietUntil = 0;

/** Posts a message to an incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export async function post(url: string, message: AlertMessage, clock = Date.now): Promise<void> {
  const quietMs = quietUntil - clock();
  if (quietMs > 0) throw new RetryAfter("Slack has asked to wait.", quietMs / 1000);
  const response = await ask(url, JSON.stringify(slackMessage(message)));
  if (response.ok) return;
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  if (response.status === 429 && seconds >= 0) {
    quietUntil = clock() + Math.min(seconds, 3600) * 1000;
    throw new RetryAfter("Slack has asked to wait.", seconds);
  }
  throw new Error(`Slack answered ${response.status}.`);
}

// The address is the secret, so no error of fetch is passed on: it may repeat it.
async function ask(url: string, body: string): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(deadlineMs),
  }).catch(reasonOf);
  if (typeof response === "string") throw new Error(`Slack did not answer (${response}).`);
  await response.body?.cancel();
  return response;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown reason";
  if (error.name === "TimeoutError") return `within ${deadlineMs / 1000} s`;
  return error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : error.name;
}

const marks = { trouble: ":red_circle:", mended: ":large_green_circle:", news: ":tada:" } as const;

/** Text in Slack's own markup. https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function slackMessage({ kind, title, text }: AlertMessage): object {
  const where = `${config.SITE_NAME}, ${new URL(config.BASE_URL).host}`;
  const lines = [`${marks[kind]} *${escaped(title)}*`, escaped(text), `_${escaped(where)}_`];
  if (kind === "trouble") lines.push(`What to do: ${guide}`);
  return { text: lines.join("\n"), unfurl_links: false, unfurl_media: false };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
