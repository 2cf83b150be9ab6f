import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { EmptyState } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { AccountPage } from "../account-page.tsx";
import { When } from "./when.tsx";

/** Something that happened to the account, in words. */
export interface ShownEvent {
  what: string;
  detail: string;
  device: string;
  place: string;
  at: Date;
}

interface HistoryPageProps {
  events: readonly ShownEvent[];
  timeZone: string;
  /** Where older ones are. */
  older: string | undefined;
  isFirst: boolean;
}

export function HistoryPage({ events, timeZone, older, isFirst }: HistoryPageProps): Html {
  return (
    <AccountPage title="History" current={urls.accountHistory()}>
      {events.length === 0 ? (
        <EmptyState title="Nothing here">
          <p>What happens to the security of your account is kept here.</p>
        </EmptyState>
      ) : (
        <>
          <p>
            What happened to your account, the newest first. If something was not you,{" "}
            <a href={urls.accountSessions()}>end all other sessions</a> and{" "}
            <a href={urls.accountPassword()}>set a new password</a>.
          </p>
          <ol class="rows-of-things">
            {events.map((event) => (
              <li>
                <span>
                  {event.what}
                  {event.detail ? <small>{event.detail}</small> : null}
                  <small>{[event.device, event.place].filter(Boolean).join(" · ")}</small>
                </span>
                <small>
                  <When at={event.at} timeZone={timeZone} />
                </small>
              </li>
            ))}
          </ol>
        </>
      )}
      {older === undefined && isFirst ? null : (
        <nav class="pages" aria-label="Pages">
          {isFirst ? null : <a href={urls.accountHistory()}>Newest</a>}
          {older === undefined ? null : (
            <a href={older} rel="next">
              Older
            </a>
          )}
        </nav>
      )}
    </AccountPage>
  );
}
