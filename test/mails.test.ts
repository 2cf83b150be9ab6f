import "./helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { apps } from "#apps.ts";
import { writeMail } from "#apps/mail/sending.ts";
import { brokenLimits } from "#lib/mail/limits.ts";

for (const template of apps.flatMap((app) => app.mails ?? [])) {
  test(`the mail ${template.name} keeps within the limits of the big clients, and says the same as plain text`, () => {
    const { subject, html, text } = writeMail(template, "reader@example.org", template.example);
    assert.deepEqual(brokenLimits(html), []);
    assert.ok(subject.length > 0 && subject.length <= 200);
    const addresses = [...html.matchAll(/<a\b[^>]*\shref="([^"]+)"/g)].map(([, href = ""]) =>
      href.replaceAll("&amp;", "&"),
    );
    // The first is the name of the site above the mail.
    for (const href of addresses.slice(1)) assert.ok(text.includes(href), `The plain text lacks ${href}.`);
    assert.doesNotMatch(text, /<\w+[ >]/);
    for (const line of text.split("\n")) assert.ok(line.length <= 76 || /https?:/.test(line), line);
  });
}
