import type { Html } from "#lib/jsx/jsx-runtime.ts";
import type { Provider } from "#lib/oidc/settings.ts";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { DoorPage } from "./door-page.tsx";
import { ProviderButton } from "./provider-buttons.tsx";

/** Seen for a moment, and whenever the browser does not go on by itself. */
export function DeparturePage({ provider, url }: { provider: Provider; url: string }): Html {
  return (
    <DoorPage
      title={`On to ${provider.name}`}
      lede={`${provider.name} asks you whether it may tell us your name and your mail address.`}
    >
      <a class="button primary" href={url}>
        Continue to {provider.name}
      </a>
    </DoorPage>
  );
}

interface ProblemProps {
  provider: Provider;
  message: string;
  next: string;
}

export function ProviderProblemPage({ provider, message, next }: ProblemProps): Html {
  return (
    <DoorPage title="You are not signed in" more={<OtherWays next={next} />}>
      <Notice tone="bad">{message}</Notice>
      <ProviderButton provider={provider} next={next} label={`Try ${provider.name} again`} />
    </DoorPage>
  );
}

/** For whom the provider knows no address, or has not seen that it is theirs. */
export function UnconfirmedPage({ provider, next }: { provider: Provider; next: string }): Html {
  return (
    <DoorPage title="Confirm your address first" more={<OtherWays next={next} />}>
      <p>
        {provider.name} gave us no mail address that it has confirmed, so we cannot tell whose it is. Confirm your
        address there and come back, or register here with an address and a link that we send you.
      </p>
      <ProviderButton provider={provider} next={next} label={`Try ${provider.name} again`} />
    </DoorPage>
  );
}

/** For whom the address has an account that this provider does not sign in to yet. */
export function AccountExistsPage({ provider, address }: { provider: Provider; address: string }): Html {
  return (
    <DoorPage title="You have an account here already">
      <p>
        <strong>{address}</strong> has an account that you have not signed in to with {provider.name} before. Sign in as
        you usually do, once; from then on {provider.name} is enough.
      </p>
      <a class="button primary" href={urls.signIn({}, { next: urls.accountIdentities() })}>
        Sign in to connect {provider.name}
      </a>
    </DoorPage>
  );
}

function OtherWays({ next }: { next: string }): Html {
  return (
    <p>
      <a href={urls.signIn({}, { next })}>Sign in another way</a> or <a href={urls.register({}, { next })}>register</a>.
    </p>
  );
}
