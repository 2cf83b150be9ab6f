import { mailWidth } from "./parts.tsx";

// Gmail cuts off what is longer: https://developers.google.com/workspace/gmail/design/css and years of reports.
const maxBytes = 102_000;

/** What the big clients would drop, cut off or show wrongly in a mail, in sentences. */
export function brokenLimits(html: string): string[] {
  const problems: string[] = [];
  const say = (is: boolean, sentence: string): void => void (is && problems.push(sentence));
  const withoutComments = html.replace(/<!--[\s\S]*?-->/g, "");
  say(Buffer.byteLength(html) > maxBytes, "It is longer than 102,000 bytes: Gmail cuts it off.");
  say(
    /<(script|link|iframe|object|embed|form|video|svg)\b/i.test(withoutComments),
    "It has an element that mail must not have.",
  );
  say(/@import|@font-face|url\(/i.test(withoutComments), "A style refers to something outside.");
  say(/\son\w+=/i.test(withoutComments), "It has an event handler.");
  for (const [, style = ""] of withoutComments.matchAll(/\sstyle="([^"]*)"/g)) {
    say(/\b(flex|grid|position|float)\b|var\(|oklch|calc\(/.test(style), `Not every client knows “${style}”.`);
  }
  for (const [, width = ""] of withoutComments.matchAll(/\swidth="(\d+)"/g)) {
    say(Number(width) > mailWidth, `${width} px is wider than ${mailWidth}.`);
  }
  for (const [image] of withoutComments.matchAll(/<img\b[^>]*>/g)) {
    say(!/\salt="/.test(image) || !/\swidth="/.test(image), `A picture without alt or width: ${image}`);
  }
  for (const [, address = ""] of withoutComments.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
    say(!/^(https?|mailto):/.test(address), `“${address}” is no whole address.`);
  }
  return problems;
}
