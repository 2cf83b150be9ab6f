import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { SignInMethod } from "../../schema.ts";
import { AccountPage } from "../account-page.tsx";
import { When } from "./when.tsx";

/** A session as its owner reads it. */
export interface ShownSession {
  id: number;
  device: string;
  place: string;
  method: SignInMethod;
  createdAt: Date;
  lastSeenAt: Date;
  isThis: boolean;
}

export interface ShownDevice {
  id: number;
  device: string;
  createdAt: Date;
  lastSeenAt: Date;
}

interface SessionsPageProps {
  sessions: readonly ShownSession[];
  devices: readonly ShownDevice[];
  timeZone: string;
  ended: number | undefined;
}

export function SessionsPage({ sessions, devices, timeZone, ended }: SessionsPageProps): Html {
  return (
    <AccountPage title="Sessions" current={urls.accountSessions()}>
      {ended === undefined ? null : (
        <Notice tone="good">{ended === 1 ? "One session" : `${ended} sessions`} ended.</Notice>
      )}
      <p>Where your account is signed in. End what you do not know, and set a new password.</p>
      <ul class="rows-of-things">
        {sessions.map((session) => (
          <SessionRow session={session} timeZone={timeZone} />
        ))}
      </ul>
      {sessions.length > 1 ? (
        <Form action={urls.accountSessions()} method="delete">
          <Submit tone="bad">End all others</Submit>
        </Form>
      ) : null}
      {devices.length === 0 ? null : <Devices devices={devices} timeZone={timeZone} />}
    </AccountPage>
  );
}

const methods: Record<SignInMethod, string> = {
  password: "with the password",
  link: "by a link",
  provider: "through another account",
  passkey: "with a passkey",
  command: "by the operator",
  impersonation: "by somebody of the staff",
};

function SessionRow({ session, timeZone }: { session: ShownSession; timeZone: string }): Html {
  const { id, device, place, method, createdAt, lastSeenAt, isThis } = session;
  return (
    <li>
      <span>
        {device} {isThis ? <strong class="here">This one</strong> : null}
        {place ? <small>{place}</small> : null}
        <small>
          Signed in {methods[method]}, <When at={createdAt} timeZone={timeZone} />
          {isThis ? null : (
            <>
              {" "}
              · last seen <When at={lastSeenAt} timeZone={timeZone} />
            </>
          )}
        </small>
      </span>
      {isThis ? null : (
        <Form action={urls.accountSession({ id: String(id) })} method="delete" kind="inline">
          <button class="button" type="submit" aria-label={`End the session of ${device}`}>
            End
          </button>
        </Form>
      )}
    </li>
  );
}

function Devices({ devices, timeZone }: { devices: readonly ShownDevice[]; timeZone: string }): Html {
  return (
    <section>
      <h2>Known devices</h2>
      <p>Browsers in which you have signed in. You hear by mail of a sign-in in any other.</p>
      <ul class="rows-of-things">
        {devices.map(({ id, device, createdAt, lastSeenAt }) => (
          <li>
            <span>
              {device}
              <small>
                Since <When at={createdAt} timeZone={timeZone} />, last <When at={lastSeenAt} timeZone={timeZone} />
              </small>
            </span>
            <Form action={urls.accountSessions()} method="delete" kind="inline">
              <input type="hidden" name="device" value={String(id)} />
              <button class="button" type="submit" aria-label={`Forget ${device}`}>
                Forget
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}
