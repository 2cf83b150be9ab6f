import { z } from "zod";
import type { Reply, Request, Router } from "#lib/app.ts";
import { UserError } from "#lib/errors.ts";
import { isSignedBySendgrid, signatureHeader, timestampHeader } from "#lib/mail/events.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { readToken, type Subscriber } from "./links.ts";
import { listPreferences, savePreferences, unsubscribe } from "./suppressions.ts";
import { PreferencesPage, UnsubscribePage } from "./views/preferences.tsx";
import { storeWebhook } from "./webhooks.ts";

const signed = z.object({ token: z.string().max(1000).default("") });
const anyone = { access: "anyone" } as const;

export function routes(router: Router): void {
  // Scanners of mail follow links, so GET changes nothing.
  router.get(urls.mailUnsubscribe.pattern, { ...anyone, query: signed }, async (request, reply) => {
    keepSecret(reply);
    const { token } = request.query;
    const { address, list } = subscriberOf(token);
    const known = (await listPreferences(address)).find(({ name }) => name === list);
    return <UnsubscribePage token={token} what={known?.title} isDone={false} />;
  });

  // The one click, by a mail program or from the page: RFC 8058. It comes without cookies and from another site, by the
  // thousand after a mailing, so it asks the database one thing.
  router.post(urls.mailUnsubscribe.pattern, { ...anyone, query: signed, ...form }, async (request, reply) => {
    keepSecret(reply);
    const { token } = request.query;
    await unsubscribe(subscriberOf(token));
    return <UnsubscribePage token={token} isDone />;
  });

  router.get(urls.mailPreferences.pattern, { ...anyone, query: signed }, async (request, reply) => {
    keepSecret(reply);
    const { token } = request.query;
    const { address } = subscriberOf(token);
    return <PreferencesPage token={token} address={address} lists={await listPreferences(address)} isSaved={false} />;
  });

  router.post(urls.mailPreferences.pattern, { ...anyone, query: signed, ...form }, async (request, reply) => {
    keepSecret(reply);
    const { token } = request.query;
    const { address } = subscriberOf(token);
    await savePreferences(address, new Set(new URLSearchParams(bodyText(request)).getAll("list")));
    return <PreferencesPage token={token} address={address} lists={await listPreferences(address)} isSaved />;
  });

  if (config.MAIL_WEBHOOK_KEY !== undefined) addWebhook(router, config.MAIL_WEBHOOK_KEY);
}

// The token in the address is the proof: RFC 8058, 3.2.
const form = { body: "raw", bodyLimit: 10_000, csrf: false } as const;

function subscriberOf(token: string): Subscriber {
  const subscriber = readToken(token);
  if (subscriber === undefined) {
    throw new UserError("This link is not whole: open it from the mail again, or copy all of it.");
  }
  return subscriber;
}

// The address of such a page is a key to it.
function keepSecret(reply: Reply): void {
  reply.headers({ "cache-control": "private, no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex" });
}

function bodyText(request: Request): string {
  return Buffer.isBuffer(request.body) ? request.body.toString() : "";
}

/** Where SendGrid tells what became of mail: kept before it is acknowledged. Without a key there is no such address. */
export function addWebhook(router: Router, publicKey: string): void {
  const options = { ...anyone, body: "raw", bodyLimit: 5_000_000, csrf: false, limit: false } as const;
  router.post(urls.mailEvents.pattern, options, async (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { [signatureHeader]: signature, [timestampHeader]: timestamp } = request.headers;
    if (!isSignedBySendgrid(body, { publicKey, signature, timestamp })) {
      return reply.code(403).type("text/plain; charset=utf-8").send("The signature is wrong.\n");
    }
    await storeWebhook(body.toString());
    return reply.type("text/plain; charset=utf-8").send("Kept.\n");
  });
}
