import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { maskedAddress } from "#lib/mail/headers.ts";
import { Layout } from "#ui/layout.tsx";
import { Notice } from "#ui/messages.tsx";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import type { Preference } from "../suppressions.ts";

interface UnsubscribeProps {
  token: string;
  /** The title of the list. */
  what?: string | undefined;
  isDone: boolean;
}

export function UnsubscribePage({ token, what = "these mails", isDone }: UnsubscribeProps): Html {
  const title = isDone ? "You have unsubscribed" : "Unsubscribe";
  return (
    <Layout title={title} robots="noindex">
      <div class="intro">
        <h1>{title}</h1>
        {isDone ? (
          <p>
            {config.SITE_NAME} will not send you {what} any more.
          </p>
        ) : (
          <p>
            Do you want no more of {what} from {config.SITE_NAME}?
          </p>
        )}
        <form class="search-form" method="post" action={urls.mailUnsubscribe({}, { token })}>
          {isDone ? null : (
            <button class="button primary" type="submit">
              Unsubscribe
            </button>
          )}
          <a class="button" href={urls.mailPreferences({}, { token })}>
            Choose what you get
          </a>
        </form>
      </div>
    </Layout>
  );
}

interface PreferencesProps {
  token: string;
  address: string;
  lists: readonly Preference[];
  isSaved: boolean;
}

/** What an address gets by mail. The link is the key: there is no need to sign in. */
export function PreferencesPage({ token, address, lists, isSaved }: PreferencesProps): Html {
  return (
    <Layout title="Mail preferences" robots="noindex">
      <div class="intro">
        <h1>Mail preferences</h1>
        <p>
          What {config.SITE_NAME} sends to {maskedAddress(address)}.
        </p>
      </div>
      <form class="form" method="post" action={urls.mailPreferences({}, { token })}>
        {isSaved ? <Notice tone="good">Saved.</Notice> : null}
        <fieldset class="choices">
          <legend>Send me</legend>
          {lists.map(({ name, title, wanted }) => (
            <label class="choice">
              <input type="checkbox" name="list" value={name} checked={wanted} />
              <span>{title.charAt(0).toUpperCase() + title.slice(1)}</span>
            </label>
          ))}
          {lists.length === 0 ? <p>There is nothing to choose from yet.</p> : null}
        </fieldset>
        <p class="hint">Mail about what you do here, such as a link to sign in, comes regardless.</p>
        <button class="button primary" type="submit">
          Save
        </button>
      </form>
    </Layout>
  );
}
