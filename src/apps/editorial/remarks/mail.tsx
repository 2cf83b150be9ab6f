import { config } from "#config.ts";
import { Link, Small, Subheading, Button, Heading, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { urls } from "#urls.ts";

interface Said {
  id: number;
  author: string | null;
  quote: string;
  body: string;
  suggestion: string | null;
}

/** To the authors of an entry, to whom it is assigned, and to who is answered: what was said of it lately. */
export const remarksMail: Template<{ title: string; said: readonly Said[] }> = {
  name: "editorial.remarks",
  transactional: false,
  list: { name: "remarks", title: "remarks on texts that you work on" },
  subject: ({ title, said }) => (said.length === 1 ? `A remark on ${title}` : `${said.length} remarks on ${title}`),
  preview: ({ said }) => [...new Set(said.map(nameOf))].join(", "),
  example: {
    title: "Decorators without tears",
    said: [
      {
        id: 1,
        author: "Otto Brandt",
        quote: "A decorator is a function that takes a function.",
        body: "And gives one back: say so here, it is the whole point.",
        suggestion: "A decorator is a function that takes a function and returns one.",
      },
      { id: 2, author: "Tess Molina", quote: "functools.wraps", body: "Link to the documentation?", suggestion: null },
    ],
  },
  Body: ({ title, said }) => (
    <>
      <Heading>{title}</Heading>
      {said.slice(0, shownAtMost).map((remark) => (
        <Entry remark={remark} />
      ))}
      {said.length > shownAtMost ? <Text>And {said.length - shownAtMost} more.</Text> : null}
      <Button href={linkTo(said[0]?.id ?? 0)}>Read them beside the text</Button>
    </>
  ),
};

// Clients cut off what is longer than 100 KB.
const shownAtMost = 20;

function Entry({ remark }: { remark: Said }) {
  const { id, quote, body, suggestion } = remark;
  return (
    <>
      <Subheading>{nameOf(remark)}</Subheading>
      <Small>
        <Link href={linkTo(id)}>On “{shorten(quote, 120)}”</Link>
      </Small>
      {body === "" ? null : <Text>{shorten(body, 600)}</Text>}
      {suggestion === null ? null : (
        <Text>{suggestion === "" ? "Suggests to leave it out." : `Suggests: “${shorten(suggestion, 300)}”`}</Text>
      )}
    </>
  );
}

function linkTo(id: number): string {
  return config.BASE_URL + urls.deskRemark({ id: String(id) });
}

function nameOf({ author }: Said): string {
  return author || "Somebody";
}

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1).trimEnd()}…`;
}
