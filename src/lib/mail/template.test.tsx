import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Html } from "../jsx/jsx-runtime.ts";
import { brokenLimits } from "./limits.ts";
import { dark, light } from "./look.ts";
import { Button, Code, Heading, Link, List, Picture, Rule, Small, Subheading, Text } from "./parts.tsx";
import { renderMail, type Template } from "./template.ts";
import { toText } from "./text.ts";

const template: Template<{ name: string }> = {
  name: "test.all",
  transactional: true,
  because: "you asked for it",
  subject: ({ name }) => `Hello ${name}`,
  preview: () => "In one line.",
  example: { name: "Maya" },
  Body: ({ name }) => (
    <>
      <Heading>Hello {name} & co</Heading>
      <Text>
        A <strong>long</strong> paragraph that goes on for so many words that no terminal in the world shows it on one
        line, with <Link href="https://example.org/a/">a link</Link>.
      </Text>
      <Button href="https://example.org/?a=1&b=2">Read on</Button>
      <Subheading>Things</Subheading>
      <List items={["one", "two"]} />
      <Code>{"pip install\n  lectern"}</Code>
      <Picture src="https://example.org/cover.png" alt="A lectern" width={1200} height={600} />
      <Rule />
      <Small>Skip this.</Small>
    </>
  ),
};

const footer: Html = <Small>Sent by a test.</Small>;

test("the plain text is the same mail, from the same parts", () => {
  const { text } = renderMail(template, { name: "Maya" }, footer);
  assert.equal(
    text,
    `Hello Maya & co
===============

A *long* paragraph that goes on for so many words that no terminal in
the world shows it on one line, with a link (https://example.org/a/).

Read on: https://example.org/?a=1&b=2

Things
------

- one
- two

    pip install
      lectern

[A lectern]

${"-".repeat(72)}

Skip this.

-- 
Sent by a test.
`,
  );
});

test("no address in the plain text is broken, however long", () => {
  const href = `https://example.org/${"x".repeat(200)}`;
  assert.ok(
    toText(
      (
        <Text>
          See <Link href={href}>{href}</Link> now
        </Text>
      ).value,
    ).includes(`\n${href}\n`),
  );
});

test("a mail with every part keeps within the limits of the big clients", () => {
  assert.deepEqual(brokenLimits(renderMail(template, { name: "Maya" }, footer).html), []);
});

test("what a client would drop is found", () => {
  const bad = [
    '<script src="https://example.org/x.js"></script>',
    '<link rel="stylesheet" href="https://example.org/x.css">',
    "<style>@import 'x.css'</style>",
    '<img src="https://example.org/x.png">',
    '<p style="display: flex">',
    '<table width="800">',
    '<a href="/relative/">',
    '<p onclick="x()">',
    "x".repeat(110_000),
  ];
  for (const html of bad) assert.notDeepEqual(brokenLimits(html), [], html.slice(0, 60));
});

test("what somebody typed is text in the mail, and one line in its subject", () => {
  const { html, subject, text } = renderMail(template, { name: "<img src=x onerror=alert(1)>\r\nBcc: a@b.c" }, footer);
  assert.ok(!html.includes("<img src=x"));
  assert.ok(!/[\r\n]/.test(subject));
  assert.ok(text.includes("<img src=x onerror=alert(1)>"));
});

test("every colour stands in the mail itself, and its dark twin in rules that may be dropped", () => {
  const { html } = renderMail(template, { name: "Maya" }, footer);
  const [head = "", body = ""] = html.split("</head>");
  for (const role of ["ink", "ink-soft", "accent", "accent-ink", "raised", "sunken"] as const) {
    assert.match(light[role], /^#[0-9a-f]{6}$/);
    assert.ok(body.includes(light[role]), role);
    assert.ok(head.includes(dark[role]), role);
  }
});
