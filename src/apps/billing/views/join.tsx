import { currentViewer } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { formatPrice } from "#lib/money.ts";
import type { Plan, Price } from "#apps/members/schema.ts";
import { Icon } from "#ui/icon.tsx";
import { Layout } from "#ui/layout.tsx";
import { EmptyState, Notice } from "#ui/messages.tsx";
import { config } from "#config.ts";
import { urls } from "#urls.ts";
import { aMonth, every } from "./money-parts.tsx";

/** A plan with what it costs where the page is for. */
export interface ShownPlan {
  plan: Plan;
  price: Price;
}

export interface JoinPageProps {
  plans: readonly ShownPlan[];
  /** What prices there are in, and which of them was chosen. */
  currencies: readonly string[];
  currency: string | undefined;
  /** Where to go on afterwards. */
  next: string;
}

/** All plans side by side. */
export function JoinPage({ plans, currencies, currency, next }: JoinPageProps): Html {
  const { isMember } = currentViewer();
  const intervals = new Set(plans.filter(isPaidAgain).map(({ plan }) => plan.interval));
  return (
    <Layout
      title="Join"
      description={`What a membership of ${config.SITE_NAME} gives you, and what it costs.`}
      canonical={urls.join()}
      section="membership"
      styles={["billing.css"]}
    >
      <header class="intro">
        <h1>Read everything</h1>
        <p>A membership opens all that is written here, and pays those who write it.</p>
      </header>
      {isMember ? (
        <Notice tone="good" title="You are a member">
          Thank you. <a href={urls.membership()}>Look after your membership</a>, or{" "}
          <a href={urls.gift()}>give one to somebody</a>.
        </Notice>
      ) : null}
      {plans.length === 0 ? (
        <EmptyState title="There is nothing to join at the moment">
          <p>Everything that is open to everybody stays open.</p>
          <a class="button" href={urls.tutorials()}>
            To the tutorials
          </a>
        </EmptyState>
      ) : (
        <div class="join">
          <div class="join-choices">
            {intervals.size > 1 ? <IntervalSwitch /> : null}
            <CurrencyChoice currencies={currencies} current={plans[0]?.price.currency} next={next} />
          </div>
          <ul class="plans">
            {plans.map((shown) => (
              <PlanCard {...shown} currency={currency} next={next} />
            ))}
          </ul>
          <p class="join-small">Taxes are added where the law asks for them. You see them before you pay.</p>
        </div>
      )}
      <Questions />
    </Layout>
  );
}

function isPaidAgain({ plan }: ShownPlan): boolean {
  return plan.kind === "subscription";
}

// The style sheet shows the plans of the one that is chosen.
function IntervalSwitch(): Html {
  return (
    <fieldset class="interval-switch">
      <legend>How often to pay</legend>
      <input type="radio" name="interval" value="month" id="pay-month" />
      <label for="pay-month">Monthly</label>
      <input type="radio" name="interval" value="year" id="pay-year" checked />
      <label for="pay-year">Yearly</label>
    </fieldset>
  );
}

interface CurrencyChoiceProps {
  currencies: readonly string[];
  current: string | undefined;
  next: string;
}

function CurrencyChoice({ currencies, current, next }: CurrencyChoiceProps): Html | null {
  if (currencies.length < 2) return null;
  return (
    <nav class="currencies" aria-label="Currency">
      <ul>
        {currencies.map((each) => (
          <li>
            <a
              href={urls.join({}, { currency: each, next })}
              rel="nofollow"
              aria-current={each === current ? "true" : undefined}
            >
              {each}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function PlanCard({ plan, price, currency, next }: ShownPlan & { currency: string | undefined; next: string }): Html {
  const month = aMonth(plan, price);
  const isAdvised = plan.kind === "subscription" && !currentViewer().isMember;
  return (
    <li class="plan" data-interval={isPaidAgain({ plan, price }) ? (plan.interval ?? undefined) : undefined}>
      <h2>{plan.name}</h2>
      {plan.summary ? <p class="plan-summary">{plan.summary}</p> : null}
      <p class="plan-price">
        <strong>{formatPrice(price.amount, price.currency)}</strong>{" "}
        <span>
          {plan.kind === "team" ? "a seat, " : ""}
          {plan.interval === null ? "once" : every[plan.interval]}
        </span>
      </p>
      <p class="plan-small">
        {plan.trialDays > 0 ? `${plan.trialDays} days free first. ` : ""}
        {month === undefined ? "" : `That is ${month} a month.`}
      </p>
      <a
        class={isAdvised ? "button primary" : "button"}
        href={urls.joinPlan({ plan: plan.slug }, { currency, next })}
        rel="nofollow"
      >
        {plan.trialDays > 0 ? "Try" : "Choose"} {plan.name.toLowerCase()}
      </a>
      {plan.features.length === 0 ? null : (
        <ul class="ticks">
          {plan.features.map((feature) => (
            <li>
              <Icon name="check" /> <span>{feature}</span>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Questions(): Html {
  const questions: readonly (readonly [question: string, answer: Html])[] = [
    [
      "Can I leave whenever I like?",
      <p>
        Yes, with two clicks on the page of your membership. What you have paid for stays open until the end of its
        time; nothing is charged after that.
      </p>,
    ],
    [
      "What happens after the free days?",
      <p>The plan goes on and is charged, unless you have left before. We write to you three days ahead.</p>,
    ],
    [
      "What if a payment fails?",
      <p>You hear of it at once and have two weeks to mend it. Until then everything stays open.</p>,
    ],
    [
      "Can I change my plan later?",
      <p>At any time. You are shown what it costs, now and from then on, before anything happens.</p>,
    ],
    [
      "Can I give it to somebody?",
      <p>
        Yes: <a href={urls.gift()}>a gift</a> is paid once and never renews.
      </p>,
    ],
  ];
  return (
    <section class="section questions" aria-labelledby="questions">
      <h2 id="questions">Before you ask</h2>
      <div>
        {questions.map(([question, answer]) => (
          <div>
            <h3>{question}</h3>
            {answer}
          </div>
        ))}
      </div>
    </section>
  );
}
