import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { Provider } from "#lib/oidc/settings.ts";
import { Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { ProviderMark } from "#ui/provider-mark.tsx";
import { Day } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import type { Identity } from "../identities.ts";
import type { User } from "../schema.ts";
import { AccountPage } from "./account-page.tsx";

interface IdentitiesProps {
  user: User;
  identities: readonly (Identity & { name: string })[];
  providers: readonly Provider[];
  /** Who has shown the provider's side a moment ago, and may now be connected. */
  offer: { name: string; address: string } | undefined;
  problem?: string;
  /** Whether the password has just gone. */
  isClaimed?: boolean;
}

export function IdentitiesPage({ user, identities, providers, offer, problem, isClaimed }: IdentitiesProps): Html {
  return (
    <AccountPage title="Other sign-ins" current={urls.accountIdentities()}>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {isClaimed ? (
        <Notice tone="warn" title="Your password was removed">
          You came by a link, so somebody else might have set it; all other sessions were ended too. You can{" "}
          <a href={urls.accountPassword()}>set a new one</a>.
        </Notice>
      ) : null}
      {offer ? <Offer {...offer} user={user} /> : null}
      <p>
        Accounts elsewhere that sign in to this one. They are told apart by the number they have there, so it does not
        matter when an address changes.
      </p>
      {identities.length > 0 ? <IdentityList identities={identities} /> : null}
      <ConnectButtons providers={providers} isFirst={identities.length === 0} />
    </AccountPage>
  );
}

function Offer({ name, address, user }: { name: string; address: string; user: User }): Html {
  return (
    <section class="offer" aria-label={`Connect ${name}`}>
      <p>
        Shall <strong>{name}</strong> ({address}) sign in to the account of <strong>{user.address}</strong> from now on?
      </p>
      <div class="offer-answers">
        <Form action={urls.accountIdentities()} kind="inline">
          <button class="button primary" type="submit">
            Yes, connect {name}
          </button>
        </Form>
        <Form action={urls.accountIdentities()} method="delete" kind="inline">
          <button class="button" type="submit">
            No, leave it
          </button>
        </Form>
      </div>
    </section>
  );
}

function IdentityList({ identities }: { identities: IdentitiesProps["identities"] }): Html {
  return (
    <ul class="rows-of-things">
      {identities.map(({ id, name, address, createdAt, lastUsedAt }) => (
        <li>
          <span class="identity">
            {name}
            <small>
              {address === "" ? null : <>{address} · </>}
              connected <Day at={createdAt} />, last used <Day at={lastUsedAt} />
            </small>
          </span>
          <Form action={urls.accountIdentity({ id: String(id) })} method="delete" kind="inline">
            <button class="button" type="submit" aria-label={`Disconnect ${name}`}>
              Disconnect
            </button>
          </Form>
        </li>
      ))}
    </ul>
  );
}

function ConnectButtons({ providers, isFirst }: { providers: readonly Provider[]; isFirst: boolean }): Html {
  if (providers.length === 0) return <p>This site has no others to sign in with.</p>;
  return (
    <section>
      <h2>{isFirst ? "Connect one" : "Connect another"}</h2>
      <div class="providers">
        {providers.map(({ id, name }) => (
          <Form action={urls.accountIdentities()} kind="inline">
            <input type="hidden" name="provider" value={id} />
            <button class="button" type="submit">
              <ProviderMark id={id} /> Connect {name}
            </button>
          </Form>
        ))}
      </div>
    </section>
  );
}
