import { once, raw, type Child, type Html } from "#lib/jsx/jsx-runtime.ts";
import { currentViewer } from "#lib/current.ts";
import { hole } from "#lib/pieces.ts";
import { config } from "../config.ts";
import { urls } from "../urls.ts";
import { AccountMenu, ImpersonationBanner } from "./account-menu.tsx";
import { Head, type HeadProps } from "./head.tsx";
import { Icon } from "./icon.tsx";
import { Logo } from "./logo.tsx";
import { onOffer } from "./on-offer.ts";

export interface LayoutProps extends HeadProps {
  /** Which link of the header this page belongs to. */
  section?: "tutorials" | "team" | "membership";
  children: Child;
}

/** A whole page: head, header, the children in `<main>`, footer. Every page of the site is one. */
export function Layout({ section, children, ...head }: LayoutProps): Html {
  return (
    <>
      {raw("<!DOCTYPE html>")}
      <html lang={config.SITE_LANGUAGE}>
        <Head {...head} />
        <body>
          <a class="skip" href="#site-main">
            Skip to the content
          </a>
          {hole(() => (
            <ImpersonationBanner />
          ))}
          <header class="page head">
            {brand()}
            <nav aria-label="Main">
              <a href={urls.tutorials()} aria-current={section === "tutorials" ? "true" : undefined}>
                Tutorials
              </a>
              {hole(() => (
                <MembershipLink isCurrent={section === "membership"} />
              ))}
            </nav>
            <div class="head-tools">
              {headTools()}
              {hole(() => (
                <AccountMenu />
              ))}
            </div>
          </header>
          <main id="site-main" class="page" tabindex="-1">
            {children}
          </main>
          {onOffer.store ? footerWithStore() : footer()}
        </body>
      </html>
    </>
  );
}

const brand = once(() => (
  <a class="brand" href={urls.home()}>
    <Logo />
    <span>{config.SITE_NAME}</span>
  </a>
));

const headTools = once(() => (
  <>
    <search-palette>
      <a class="search-open" href={urls.search()} aria-label="Search">
        <Icon name="search" /> <span>Search</span> <kbd>/</kbd>
      </a>
    </search-palette>
    <theme-switch>
      <button class="icon-button" type="button" aria-label="Theme: system">
        <Icon name="system" />
        <Icon name="light" />
        <Icon name="dark" />
      </button>
    </theme-switch>
  </>
));

/** The way to a membership, for who has none. Who is not signed in gets the page of such a reader. */
function MembershipLink({ isCurrent }: { isCurrent: boolean }): Html | null {
  if (!onOffer.membership || currentViewer().isMember) return null;
  return (
    <a class="head-more" href={urls.join()} aria-current={isCurrent ? "true" : undefined}>
      Membership
    </a>
  );
}

const footer = once(() => <Footer hasStore={false} />);
const footerWithStore = once(() => <Footer hasStore />);

function Footer({ hasStore }: { hasStore: boolean }): Html {
  return (
    <footer class="foot">
      <div class="page">
        <div>
          <p>{config.SITE_NAME}</p>
          <p>{config.SITE_TAGLINE}</p>
        </div>
        <nav aria-label="Footer">
          <ul>
            <li>
              <a href={urls.tutorials()}>Tutorials</a>
            </li>
            <li>
              <a href={urls.team()}>Authors</a>
            </li>
            <li>
              <a href={urls.join()}>Membership</a>
            </li>
            {hasStore ? (
              <li>
                <a href={urls.store()}>Store</a>
              </li>
            ) : null}
            <li>
              <a href={urls.search()}>Search</a>
            </li>
            <li>
              <a href={urls.atom()}>Feed</a>
            </li>
          </ul>
        </nav>
      </div>
    </footer>
  );
}
