import { config } from "../../config.ts";
import type { Html } from "../jsx/jsx-runtime.ts";
import { render } from "../jsx/jsx-runtime.ts";
import { headerText } from "./headers.ts";
import { Page } from "./page.tsx";
import { toText } from "./text.ts";

/** A list that readers can leave: its name never changes, its title is what they read. */
export interface MailList {
  name: string;
  title: string;
}

/**
 * A mail as a value. What is not transactional belongs to a list: it has a link to leave it, and whoever has left gets
 * no more of it. What is transactional says why it came: "You get this because" goes before `because`.
 */
export type Template<Data> = {
  /** Such as `accounts.sign-in`: kept with every message. */
  name: string;
  subject(data: Data): string;
  /** Made of the parts in `parts.tsx`; the addresses in it are whole. */
  Body(data: Data): Html;
  /** What lists of mail show after the subject. */
  preview?(data: Data): string;
  /** For the previews under `/dev/mail/` and for the tests. */
  example: Data;
} & ({ transactional: true; because: string } | { transactional: false; list: MailList });

export interface Rendered {
  subject: string;
  html: string;
  text: string;
}

/** The whole mail as HTML and its twin as plain text, made from the same parts. */
export function renderMail<Data>(template: Template<Data>, data: Data, footer: Html): Rendered {
  const body = template.Body(data);
  const subject = headerText(template.subject(data));
  const page = Page({
    language: config.SITE_LANGUAGE,
    subject,
    preview: template.preview?.(data) ?? "",
    siteName: config.SITE_NAME,
    siteUrl: `${config.BASE_URL}/`,
    body,
    footer,
  });
  return { subject, html: render(page), text: `${toText(body.value)}\n-- \n${toText(footer.value)}` };
}
