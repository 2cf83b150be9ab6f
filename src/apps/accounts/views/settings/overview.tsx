import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { listProviders } from "#lib/oidc.ts";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import type { User } from "../../schema.ts";
import type { Summary } from "../../settings/overview.ts";
import { AccountPage } from "../account-page.tsx";
import { LeavingNotice } from "./deletion.tsx";

export function OverviewPage({ user, summary }: { user: User; summary: Summary }): Html {
  const { passkeys, identities, sessions, recoveryCodes } = summary;
  const factor = user.requiresSecondFactor ? `On, with ${count(recoveryCodes, "recovery code")} left` : "Off";
  const isPasskey = user.requiresSecondFactor && user.totpSecret === null;
  return (
    <AccountPage title="Your account" current={urls.account()}>
      {user.deletionAt === null ? null : <LeavingNotice user={user} at={user.deletionAt} />}
      <ul class="rows-of-things">
        <Row name="Mail address" href={urls.accountAddress()} action="Change">
          {user.address}
        </Row>
        <Row name="Password" href={urls.accountPassword()} action={user.passwordHash === null ? "Set one" : "Change"}>
          {user.passwordHash === null ? "None" : "Set"}
        </Row>
        <Row
          name="Second factor"
          href={isPasskey ? urls.accountPasskeys() : urls.accountSecondFactor()}
          action={user.requiresSecondFactor ? "Manage" : "Set up"}
        >
          {factor}
        </Row>
        <Row name="Passkeys" href={urls.accountPasskeys()} action={passkeys === 0 ? "Add one" : "Manage"}>
          {passkeys === 0 ? "None" : count(passkeys, "passkey")}
        </Row>
        {listProviders().length === 0 && identities === 0 ? null : (
          <Row
            name="Other sign-ins"
            href={urls.accountIdentities()}
            action={identities === 0 ? "Connect one" : "Manage"}
          >
            {identities === 0 ? "None" : `${identities} connected`}
          </Row>
        )}
        <Row name="Sessions" href={urls.accountSessions()} action="Look">
          {sessions === 1 ? "This one" : `This one and ${count(sessions - 1, "other")}`}
        </Row>
        <Row name="Account" href={urls.accountExport()} action="Download or delete">
          Since <Day at={user.createdAt} />
        </Row>
      </ul>
    </AccountPage>
  );
}

function Row({ name, href, action, children }: { name: string; href: string; action: string; children: Child }): Html {
  return (
    <li>
      <span>
        {name}
        <small>{children}</small>
      </span>
      <a href={href} aria-label={`${name}: ${action}`}>
        {action}
      </a>
    </li>
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
