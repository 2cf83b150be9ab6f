import { currentViewer } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { urls } from "../urls.ts";
import { Form } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { onOffer } from "./on-offer.ts";

/** In the header: the way in, or what is one's own. */
export function AccountMenu(): Html {
  const { id, name = "", isMember, permissions, session } = currentViewer();
  if (id === null) {
    return (
      <a class="sign-in" href={urls.signIn()} rel="nofollow">
        Sign in
      </a>
    );
  }
  const isStaff = permissions.length > 0 || session?.withholdsPermissions === true;
  return (
    <div class="account-menu">
      <button class="icon-button" type="button" popovertarget="site-account" aria-label="Your account">
        <Icon name="person" />
      </button>
      <nav id="site-account" popover aria-label="Your account">
        {name ? <p>{name}</p> : null}
        <a href={urls.dashboard()}>Dashboard</a>
        <a href={urls.account()}>Account</a>
        {onOffer.membership && !isMember ? <a href={urls.join()}>Become a member</a> : null}
        {isStaff ? <a href={urls.staff()}>Staff</a> : null}
        <Form action={urls.signOut()}>
          <button type="submit">Sign out</button>
        </Form>
      </nav>
    </div>
  );
}

/** On every page while somebody of the staff acts in a reader's place. */
export function ImpersonationBanner(): Html | null {
  const { name, session } = currentViewer();
  if (session?.isImpersonated !== true) return null;
  return (
    <div class="banner" role="status">
      <p>
        You act in the place of <strong>{name || "a reader"}</strong>. Everything you do is kept with your name.
      </p>
      <Form action={urls.staffImpersonation()} method="delete" kind="inline">
        <button class="button" type="submit">
          Stop
        </button>
      </Form>
    </div>
  );
}
