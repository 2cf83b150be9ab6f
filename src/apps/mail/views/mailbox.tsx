import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Letter } from "../schema.ts";

type Line = Pick<Letter, "id" | "recipient" | "subject" | "receivedAt">;

/** What the site has sent on this machine, newest first. It looks again by itself. */
export function MailboxPage({ letters, previews }: { letters: readonly Line[]; previews: readonly string[] }): Html {
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
      <section class="section">
        <div class="section-head">
          <h2>Previews</h2>
        </div>
        <ul class="letters">
          {previews.map((template) => (
            <li>
              <a href={urls.devMailPreview({ template })}>{template}</a>
            </li>
          ))}
        </ul>
      </section>
    </Layout>
  );
}

export interface Shown {
  subject: string;
  text: string;
  headers: Readonly<Record<string, string>>;
  /** Where its HTML is, for the frame. */
  htmlUrl: string;
}

export function LetterPage({ subject, text, headers, htmlUrl }: Shown): Html {
  return (
    <Layout title={subject} robots="noindex">
      <article class="letter">
        <p>
          <a href={urls.devMail()}>Mailbox</a>
        </p>
        <h1>{subject}</h1>
        <dl>
          {Object.entries(headers).map(([name, value]) => (
            <div>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <h2>
          <a href={htmlUrl}>HTML</a>
        </h2>
        <iframe
          src={htmlUrl}
          title={`The mail as HTML: ${subject}`}
          sandbox="allow-same-origin allow-top-navigation-by-user-activation"
        ></iframe>
        <h2 id="text">Plain text</h2>
        <section aria-labelledby="text" tabindex="0">
          <pre>{text}</pre>
        </section>
      </article>
    </Layout>
  );
}

function clock(time: Date): string {
  return time.toISOString().slice(0, 16).replace("T", " ");
}
