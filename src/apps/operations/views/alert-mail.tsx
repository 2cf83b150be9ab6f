import { Code, Heading, Small, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { config } from "#config.ts";

/** What the operator is told, wherever it is sent. */
export interface AlertMessage {
  kind: "trouble" | "mended" | "news";
  title: string;
  text: string;
}

/** Where every alert is explained. */
export const guide = "docs/operating.md, under Alerts";

export const alertMail: Template<AlertMessage> & { transactional: true } = {
  name: "operations.alert",
  transactional: true,
  subject: ({ title }) => `[${config.SITE_NAME}] ${title}`,
  preview: ({ text }) => text.split("\n")[0] ?? "",
  example: {
    kind: "trouble",
    title: "Wrong: mail waits",
    text: "3 messages wait for more than 15 minutes: see ./manage mail.\nRaised 2 times since the last message.",
  },
  Body: ({ kind, title, text }) => {
    const lines = text.split("\n").filter(Boolean);
    return (
      <>
        <Heading>{title}</Heading>
        {lines.map((line) => (line.startsWith("./manage ") ? <Code>{line}</Code> : <Text>{line}</Text>))}
        {kind === "trouble" ? <Small>What it means and what to do: {guide}.</Small> : null}
      </>
    );
  },
};
