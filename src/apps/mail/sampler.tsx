import { Button, Code, Heading, Link, List, Small, Subheading, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { config } from "#config.ts";

/** A mail with every part there is. */
export const sampler: Template<{ name: string }> & { transactional: false } = {
  name: "mail.sampler",
  transactional: false,
  list: { name: "sampler", title: "the sampler" },
  subject: ({ name }) => `Everything a mail can hold, ${name}`,
  preview: () => "Set by the same hand as the site.",
  example: { name: "Sam" },
  Body: ({ name }) => (
    <>
      <Heading>Hello {name}, this is a mail</Heading>
      <Text>
        It looks like the site with the lights dimmed, and reads just as well without pictures, colours or{" "}
        <Link href={`${config.BASE_URL}/about/`}>HTML</Link>.
      </Text>
      <Button href={`${config.BASE_URL}/python-lists/`}>Read the newest tutorial</Button>
      <Subheading>What it can hold</Subheading>
      <List
        items={["One thing to do.", "A list of a few things, some of which are too long for one line and go on."]}
      />
      <Code>python -m pip install lectern</Code>
      <Small>And what may be skipped.</Small>
    </>
  ),
};
