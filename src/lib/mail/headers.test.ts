import assert from "node:assert/strict";
import { test } from "node:test";
import MailComposer from "nodemailer/lib/mail-composer";
import { displayName, headerText, mailAddress } from "./headers.ts";

const parts = [
  "Ada",
  "\r\nBcc: all@example.org",
  "\n\n<script>",
  "\0",
  "\u202Egpj.exe",
  "שלום",
  "a".repeat(300),
  "😀",
  ";,",
  '"',
  "\u2028X-Mailer: me",
  "\r",
  "\uD800",
];

const hostile = Array.from({ length: 500 }, (_, n) =>
  [0, 1, 2].map((place) => parts[Math.floor(n / parts.length ** place) % parts.length]).join(n % 2 === 0 ? "" : " "),
);

test("no name and no subject adds a header, whatever is in it", async () => {
  for (const text of hostile) {
    const [subject, name] = [headerText(text), displayName(text)];
    for (const line of [subject, name]) {
      assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
      assert.ok(Array.from(line).length <= 200);
      assert.ok(line.isWellFormed());
    }
    assert.doesNotMatch(name, /[;,<>"]/);
    const composer = new MailComposer({
      from: { address: "mail@example.org", name: "Lectern" },
      to: { address: "reader@example.org", name },
      subject,
      text: "Hello",
      headers: { "List-Unsubscribe": "<https://example.org/>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
    });
    const [head = ""] = (await composer.compile().build()).toString().split("\r\n\r\n");
    const names = [...head.matchAll(/^([\w-]+):/gm)].map(([, header = ""]) => header);
    assert.deepEqual(names.toSorted(), expected, JSON.stringify(text));
  }
});

const expected = [
  "Content-Transfer-Encoding",
  "Content-Type",
  "Date",
  "From",
  "List-Unsubscribe",
  "List-Unsubscribe-Post",
  "MIME-Version",
  "Message-ID",
  "Subject",
  "To",
].toSorted();

test("an address has one way to be written", () => {
  assert.equal(mailAddress(" Maya.Ruiz+news@Example.ORG "), "maya.ruiz+news@example.org");
  assert.equal(mailAddress("maya@bücher.example"), "maya@xn--bcher-kva.example");
});

const none = [
  "",
  "@",
  "a@b",
  "a b@example.org",
  "a@example.org\r\nBcc: b@example.org",
  "a@example.org,b@example.org",
  "<a@example.org>",
  '"a b"@example.org',
  "a@@example.org",
  ".a@example.org",
  "a.@example.org",
  "a..b@example.org",
  "ä@example.org",
  "a@127.0.0.1",
  "a@[::1]",
  "a@-x.org",
  "a@exa_mple.org",
  `${"a".repeat(65)}@example.org`,
  `a@${"b".repeat(64)}.org`,
  "a\0@example.org",
  "a@example.org>",
];

for (const text of none) {
  test(`${JSON.stringify(text.slice(0, 40))} is no address`, () => assert.equal(mailAddress(text), undefined));
}
