import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { listProviders } from "#lib/oidc.ts";
import { Layout } from "#ui/layout.tsx";
import { urls } from "#urls.ts";

const hasProviders = listProviders().length > 0;

const sections: readonly (readonly [name: string, href: string])[] = [
  ["Overview", urls.account()],
  ["Membership", urls.membership()],
  ["Purchases", urls.purchases()],
  ["Team", urls.teamSeats()],
  ["Profile", urls.accountProfile()],
  ["Password", urls.accountPassword()],
  ["Mail address", urls.accountAddress()],
  ["Second factor", urls.accountSecondFactor()],
  ["Passkeys", urls.accountPasskeys()],
  ...(hasProviders ? [["Other sign-ins", urls.accountIdentities()] as const] : []),
  ["Sessions", urls.accountSessions()],
  ["History", urls.accountHistory()],
  ["Mail", urls.accountMail()],
  ["Your data", urls.accountExport()],
];

export interface AccountPageProps {
  title: string;
  /** Which section it belongs to: its address. */
  current: string;
  children: Child;
  /** Style sheets beside that of all these pages. */
  styles?: readonly string[];
  scripts?: readonly string[];
}

/** A page of somebody's own account, with the way to the others. */
export function AccountPage({ title, current, children, styles = [], scripts }: AccountPageProps): Html {
  return (
    <Layout title={title} robots="noindex" styles={["account.css", ...styles]} scripts={scripts}>
      <div class="desk">
        <nav aria-label="Account">
          <ul>
            {sections.map(([name, href]) => (
              <li>
                <a href={href} aria-current={href === current ? "page" : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="desk-main">
          <h1>{title}</h1>
          {children}
        </div>
      </div>
    </Layout>
  );
}
