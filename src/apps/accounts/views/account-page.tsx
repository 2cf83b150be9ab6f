import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { listProviders } from "#lib/oidc.ts";
import { Layout } from "#ui/layout.tsx";
import { SectionMenu } from "#ui/section-menu.tsx";
import { urls } from "#urls.ts";

const hasProviders = listProviders().length > 0;

const sections: readonly { name: string; href: string }[] = [
  { name: "Overview", href: urls.account() },
  { name: "Membership", href: urls.membership() },
  { name: "Purchases", href: urls.purchases() },
  { name: "Team", href: urls.teamSeats() },
  { name: "Profile", href: urls.accountProfile() },
  { name: "Password", href: urls.accountPassword() },
  { name: "Mail address", href: urls.accountAddress() },
  { name: "Second factor", href: urls.accountSecondFactor() },
  { name: "Passkeys", href: urls.accountPasskeys() },
  ...(hasProviders ? [{ name: "Other sign-ins", href: urls.accountIdentities() }] : []),
  { name: "Sessions", href: urls.accountSessions() },
  { name: "History", href: urls.accountHistory() },
  { name: "Mail", href: urls.accountMail() },
  { name: "Your data", href: urls.accountExport() },
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
        <SectionMenu label="Account" links={sections} current={current} />
        <div class="desk-main">
          <h1>{title}</h1>
          {children}
        </div>
      </div>
    </Layout>
  );
}
