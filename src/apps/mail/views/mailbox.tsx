import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Letter } from "../schema.ts";

type Line = Pick<Letter, "id" | "recipient" | "subject" | "receivedAt">;

/** What the site has sent on this machine, newest first. It looks again by itself. */
export function MailboxPage({ letters }: { letters: readonly Line[] }): Html {
  return (
    <Layout title="Mailbox" robots="noindex" scripts={["mailbox.js"]}>
      <div class="intro">
        <h1>Mailbox</h1>
        <p>What this site has sent. No provider is set, so it stays here.</p>
      </div>
      <mail-box newest={letters[0]?.id ?? 0}>
        {letters.length === 0 ? (
          <EmptyState title="No mail yet">
            <p>What the site sends appears here by itself.</p>
          </EmptyState>
        ) : (
          <ol class="letters">
            {letters.map(({ id, recipient, subject, receivedAt }) => (
              <li>
                <a href={urls.devLetter({ id: String(id) })}>{subject}</a>
                <span>{recipient}</span>
                <time datetime={receivedAt.toISOString()}>{clock(receivedAt)}</time>
              </li>
            ))}
          </ol>
        )}
      </mail-box>
    </Layout>
  );
}

export function LetterPage({ letter }: { letter: Letter }): Html {
  const headers = { From: letter.sender, To: letter.recipient, Subject: letter.subject, ...letter.headers };
  return (
    <Layout title={letter.subject} robots="noindex">
      <article class="letter">
        <p>
          <a href={urls.devMail()}>Mailbox</a>
        </p>
        <h1>{letter.subject}</h1>
        <dl>
          {Object.entries({ ...headers, Sent: letter.receivedAt.toUTCString() }).map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <tab-set>
          <section class="tab" aria-label="HTML">
            <p class="tab-title">HTML</p>
            <iframe
              src={urls.devLetterHtml({ id: String(letter.id) })}
              title={`The mail as HTML: ${letter.subject}`}
              sandbox="allow-same-origin allow-top-navigation-by-user-activation"
            ></iframe>
          </section>
          <section class="tab" aria-label="Plain text">
            <p class="tab-title">Plain text</p>
            <pre tabindex="0">{letter.text}</pre>
          </section>
        </tab-set>
        <p>
          <a href={urls.devLetterHtml({ id: String(letter.id) })}>Open the HTML by itself</a>
        </p>
      </article>
    </Layout>
  );
}

function clock(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}
