import type { Reply, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import type { Template } from "#lib/mail/template.ts";
import { urls } from "#urls.ts";
import { writeMail } from "./sending.ts";
import { getLetter, hasMailbox, listLetters, newestLetter } from "./transport.ts";
import { LetterPage, MailboxPage } from "./views/mailbox.tsx";

const anyone = { access: "anyone" } as const;

/** The mailbox at `/dev/mail/`, and previews of all mails that the site can send: only where no provider is set. */
export function mailboxRoutes(templates: readonly Template<unknown>[]): (router: Router) => void {
  return (router) => {
    if (hasMailbox()) addMailbox(router, templates);
  };
}

function addMailbox(router: Router, templates: readonly Template<unknown>[]): void {
  const names = templates.map(({ name }) => name);
  router.get(urls.devMail.pattern, anyone, async () => <MailboxPage letters={await listLetters()} previews={names} />);

  router.get(urls.devMailNewest.pattern, anyone, async () => String(await newestLetter()));

  router.get(urls.devLetter.pattern, anyone, async (request, reply) => {
    const { id, sender, recipient, subject, text, headers, receivedAt } = await getLetter(idOf(request.params.id));
    const all = { From: sender, To: recipient, Subject: subject, ...headers, Sent: receivedAt.toUTCString() };
    allowFrame(reply);
    return <LetterPage subject={subject} text={text} headers={all} htmlUrl={urls.devLetterHtml({ id: String(id) })} />;
  });

  router.get(urls.devLetterHtml.pattern, anyone, async (request, reply) => {
    const { html } = await getLetter(idOf(request.params.id));
    return framed(reply, html);
  });

  const preview = (name: string) => {
    const template = templates.find((candidate) => candidate.name === name);
    if (template === undefined) throw new NotFound("There is no such mail.");
    return writeMail(template, "reader@example.org", template.example);
  };

  router.get(urls.devMailPreview.pattern, anyone, (request, reply) => {
    const { template } = request.params;
    const { subject, text, headers } = preview(template);
    allowFrame(reply);
    return (
      <LetterPage subject={subject} text={text} headers={headers} htmlUrl={urls.devMailPreviewHtml({ template })} />
    );
  });

  router.get(urls.devMailPreviewHtml.pattern, anyone, (request, reply) => {
    return framed(reply, preview(request.params.template).html);
  });
}

function allowFrame(reply: Reply): void {
  reply.header("content-security-policy", `${String(reply.getHeader("content-security-policy"))}; frame-src 'self'`);
}

// Shown in a frame that runs no script. The styles of a mail stand in its elements, which the site's policy forbids.
function framed(reply: Reply, html: string): Reply {
  reply.headers({
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "x-frame-options": "SAMEORIGIN",
  });
  // A link in the mail opens where the reader is.
  return reply.type("text/html; charset=utf-8").send(html.replaceAll("<a ", '<a target="_top" '));
}

function idOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new NotFound("There is no such mail.");
  return Number(text);
}
