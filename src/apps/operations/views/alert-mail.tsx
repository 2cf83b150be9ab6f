import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Code, Heading, Link, Small, Text } from "#lib/mail/parts.tsx";
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
  because: "your address is the one for alerts (ALERT_MAIL)",
  subject: ({ title }) => `[${config.SITE_NAME}] ${title}`,
  preview: ({ text }) => text.split("\n")[0] ?? "",
  example: {
    kind: "trouble",
    title: "New error: TypeError: x is not a function",
    text: "GET /search/\n./manage errors show 7a114d76bc6846fd\nRaised 2 times since the last message.",
  },
  Body: ({ kind, title, text }) => {
    const lines = text.split("\n").filter(Boolean);
    return (
      <>
        <Heading>{title}</Heading>
        {lines.map((line) => (
          <Line line={line} />
        ))}
        {kind === "trouble" ? <Small>What it means and what to do: {guide}.</Small> : null}
      </>
    );
  },
};

function Line({ line }: { line: string }): Html {
  if (line.startsWith("./manage ")) return <Code>{line}</Code>;
  const [, before = line, address] = /^(.*?)(https?:\/\/\S+)$/.exec(line) ?? [];
  return (
    <Text>
      {before}
      {address === undefined ? null : <Link href={address}>{address}</Link>}
    </Text>
  );
}
