import { pictureOf } from "#apps/media/media.ts";
import type { Ways } from "#apps/members/gate.ts";
import { describeLeast, describePrice } from "#apps/members/prices.ts";
import { dayOf } from "#apps/members/reasons.ts";
import { currentViewer } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatPrice } from "#lib/money.ts";
import { apart, hole } from "#lib/pieces.ts";
import type { ArticlePageProps } from "#ui/article.tsx";
import { Gate, type TeamMember } from "#ui/entry-parts.tsx";
import { absolute } from "#ui/head.tsx";
import type { Person } from "#ui/portrait.tsx";
import { urls } from "#urls.ts";
import { teaserEnd, type Article, type Credit } from "./articles.ts";

export interface EntryGateProps {
  article: Article;
  /** Of an entry for members: see `findWaysTo`. */
  ways: Ways | undefined;
}

/** Where the teaser of an entry ends for a reader who may not open it, and the ways on; nothing for one who may. */
export function EntryGate({ article, ways }: EntryGateProps): Html | null {
  const { isOpen, access } = article;
  return isOpen || access === "public" ? null : <>{hole(() => gateOf(article, access, ways))}</>;
}

function gateOf({ kind, path }: Article, access: "registered" | "members", ways: Ways | undefined): Html {
  // Whoever comes back may open it, and goes on where they stopped.
  const next = `${path}#${teaserEnd}`;
  return (
    <Gate kind={kind} access={access}>
      {access === "registered" ? (
        <p class="gate-ways">
          <a class="button primary" href={urls.register({}, { next })} rel="nofollow">
            Create a free account
          </a>
          <a class="button" href={urls.signIn({}, { next })} rel="nofollow">
            Sign in
          </a>
        </p>
      ) : (
        <>
          {ways ? <Paywall ways={ways} next={next} /> : null}
          {currentViewer().id === null ? (
            <p>
              Already a member?{" "}
              <a href={urls.signIn({}, { next })} rel="nofollow">
                Sign in
              </a>
            </p>
          ) : null}
        </>
      )}
    </Gate>
  );
}

function Paywall({ ways: { plans, product, former }, next }: { ways: Ways; next: string }): Html {
  const least = describeLeast(plans);
  return (
    <>
      {former ? (
        <p>
          Your {former.label} ended on {dayOf(former.endedAt)}.
        </p>
      ) : null}
      {plans.length > 0 ? (
        <>
          <ul class="gate-plans" aria-label="Plans">
            {plans.map((plan) => (
              <li>
                <a href={urls.joinPlan({ plan: plan.slug }, { next })} rel="nofollow">
                  {plan.name}
                </a>
                <span>
                  {describePrice(plan)}
                  {plan.trialDays > 0 && !former ? <small>{plan.trialDays} days free</small> : null}
                </span>
              </li>
            ))}
          </ul>
          <p class="gate-ways">
            <a class="button primary" href={urls.join({}, { next })} rel="nofollow">
              {former ? "Join again" : "Join"}
              {least ? ` from ${least} a month` : ""}
            </a>
          </p>
        </>
      ) : null}
      {product ? (
        <p>
          Or buy <a href={urls.product({ product: product.slug })}>{product.name}</a> alone, for{" "}
          {formatPrice(product.amount, product.currency)}.
        </p>
      ) : null}
    </>
  );
}

/** What the page of every entry with a text shows of it. */
export function entryPageOf(article: Article) {
  return {
    title: article.title,
    summary: opensWithSummary(article) ? "" : article.summary,
    body: apart(article.html),
    headings: article.headings,
    topics: article.topics,
    image: article.image && pictureOf(article.image),
    team: teamOf(article),
    url: absolute(article.path),
    authors: article.team.filter((credit) => credit.role === "author").map(personOf),
    publishedAt: article.publishedAt,
    updatedAt: article.updatedAt,
    readingMinutes: article.readingMinutes,
    level: article.level,
  } satisfies Partial<ArticlePageProps>;
}

// A summary that was taken from the text would be read twice. Quotes and signs are written otherwise in HTML, so only
// letters and digits are compared.
function opensWithSummary({ summary, html }: Article): boolean {
  const opening = html.slice(0, 2 * summary.length + 400).replace(/<[^>]*>|&[a-z]+;/g, "");
  return summary !== "" && letters(opening).startsWith(letters(summary));
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Everybody who worked on an entry, each once, with all that they did. */
function teamOf(article: Article): TeamMember[] {
  const people = new Map(article.team.map((credit) => [credit.slug, credit]));
  return [...people.values()].map((person) => ({
    ...personOf(person),
    role: sentence(article.team.filter((credit) => credit.slug === person.slug).map((credit) => credit.role)),
  }));
}

function personOf({ slug, name, portrait }: Credit): Person {
  return { name, href: urls.person({ slug }), portrait: portrait ? pictureOf(portrait) : undefined };
}

function sentence(roles: readonly string[]): string {
  const words = roles.join(", ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
