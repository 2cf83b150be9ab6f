import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { listProviders } from "#lib/oidc.ts";
import type { Provider } from "#lib/oidc/settings.ts";
import { Form } from "#ui/form.tsx";
import { ProviderMark } from "#ui/provider-mark.tsx";
import { urls } from "#urls.ts";

interface ProviderButtonsProps {
  /** Where to go on, on this site. */
  next?: string | undefined;
  action: "sign-in" | "register";
}

/** The ways in through somebody else, beside a form; nothing on a site that has none. */
export function ProviderButtons({ next = "", action }: ProviderButtonsProps): Html | null {
  const providers = listProviders();
  if (providers.length === 0) return null;
  const verb = action === "register" ? "Register" : "Sign in";
  return (
    <div class="providers">
      {providers.map((provider) => (
        <ProviderButton provider={provider} next={next} label={`${verb} with ${provider.name}`} />
      ))}
    </div>
  );
}

export function ProviderButton({ provider, next, label }: { provider: Provider; next: string; label: string }): Html {
  return (
    <Form action={urls.signInWith({ provider: provider.id })} kind="inline">
      <input type="hidden" name="next" value={next} />
      <button class="button" type="submit">
        <ProviderMark id={provider.id} /> {label}
      </button>
    </Form>
  );
}
