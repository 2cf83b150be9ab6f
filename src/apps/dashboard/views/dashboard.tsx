import { PasskeyOffer, passkeyScripts } from "#apps/accounts/parts.tsx";
import { cardOf } from "#apps/catalog/cards.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Card } from "#ui/card.tsx";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { duration } from "#ui/time.tsx";
import { urls } from "#urls.ts";
import type { Dashboard } from "../dashboard.ts";
import type { Learner } from "../learners.ts";
import type { Shelf, Totals } from "../shelves.ts";
import { Shelved, Unsave } from "./shelf.tsx";

/** A reader's own page: what to go on with, what to begin, what is saved, what is done. */
export function DashboardPage({ learner, wantsPasskey, totals, unfinished, next, saved, completed }: Dashboard): Html {
  return (
    <Layout
      title="Your dashboard"
      robots="noindex"
      styles={["account.css"]}
      scripts={wantsPasskey ? passkeyScripts : undefined}
    >
      <header class="intro dashboard-intro">
        <h1>{isNew(totals) ? "Welcome" : "Welcome back"}</h1>
        <p>{soFar(totals)}</p>
      </header>
      {wantsPasskey ? <PasskeyOffer /> : null}
      {unfinished.length > 0 ? <GoingOn begun={unfinished} /> : <NothingBegun totals={totals} />}
      {next.length > 0 ? <Next next={next} /> : null}
      <div class="section shelves">
        <section>
          <ShelfHead title="Saved for later" shelf="saved" totals={totals} shown={saved.length} />
          {saved.length > 0 ? (
            <Shelved rows={saved} action={(card) => <Unsave entry={card} next={urls.dashboard()} />} />
          ) : (
            <p class="nothing">Press “Save for later” at the head of a tutorial, and it stands here.</p>
          )}
        </section>
        <section>
          <ShelfHead title="Completed" shelf="completed" totals={totals} shown={completed.length} />
          {completed.length > 0 ? (
            <Shelved rows={completed} />
          ) : (
            <p class="nothing">Mark a tutorial as completed where it ends, and it stands here.</p>
          )}
        </section>
      </div>
      <AboutReader learner={learner} />
    </Layout>
  );
}

function isNew({ read, completed, saved }: Totals): boolean {
  return read + completed + saved === 0;
}

function soFar({ completed, minutes }: Totals): string {
  if (completed === 0) return "This page keeps your place in what you read.";
  const texts = completed === 1 ? "one text" : `${completed} texts`;
  return `You have completed ${texts}${minutes > 0 ? `, ${duration(minutes)} of reading` : ""}.`;
}

type Begun = Dashboard["unfinished"];

function GoingOn({ begun: [first, ...others] }: { begun: Begun }): Html {
  return (
    <section class="going-on" aria-label="Go on reading">
      {first ? (
        <div class="featured">
          <Card entry={cardOf(first.card)} eager>
            <Place begun={first} />
          </Card>
        </div>
      ) : null}
      {others.length > 0 ? (
        <div class="begun">
          {others.map((begun) => (
            <Card entry={cardOf(begun.card)} heading={3} plain>
              <Place begun={begun} />
            </Card>
          ))}
        </div>
      ) : null}
    </section>
  );
}

/** How far the reader came, and the way to go on there. */
function Place({ begun: { card, percent, section, anchor } }: { begun: Begun[number] }): Html {
  return (
    <div class="reading-place">
      <progress max="100" value={percent} aria-label={`Read of ${card.title}`} />
      <p>
        {percent === 0 ? "Just begun" : `${percent} % read`}
        {section ? (
          <>
            , up to <a href={`${card.path}#${anchor}`}>{section}</a>
          </>
        ) : null}
      </p>
    </div>
  );
}

function NothingBegun({ totals }: { totals: Totals }): Html {
  return (
    <EmptyState title={isNew(totals) ? "Nothing begun yet" : "Nothing left unfinished"}>
      <p>Whatever you open waits for you here, at the section where you stopped, on every device.</p>
      <a class="button primary" href={urls.tutorials()}>
        Find something to read
      </a>
    </EmptyState>
  );
}

function Next({ next }: { next: Dashboard["next"] }): Html {
  return (
    <section class="section">
      <div class="section-head">
        <h2>Next</h2>
        <a href={urls.tutorials()}>All tutorials</a>
      </div>
      <div class="cards">
        {next.map(({ card, series, part }) => (
          <Card entry={cardOf(card)} heading={3}>
            {series ? (
              <p class="part-of">
                Part {part} of “{series}”
              </p>
            ) : null}
          </Card>
        ))}
      </div>
    </section>
  );
}

interface ShelfHeadProps {
  title: string;
  shelf: Shelf;
  totals: Totals;
  shown: number;
}

function ShelfHead({ title, shelf, totals, shown }: ShelfHeadProps): Html {
  return (
    <div class="section-head">
      <h2>{title}</h2>
      {totals[shelf] > shown ? <a href={urls.dashboardHistory({}, { show: shelf })}>All {totals[shelf]}</a> : null}
    </div>
  );
}

/** By what the suggestions go, and where to change it. */
function AboutReader({ learner: { level, interests } }: { learner: Learner }): Html {
  const change = urls.welcome({}, { next: urls.dashboard() });
  const names = new Intl.ListFormat("en").format(interests.map((topic) => topic.name));
  const about = [names, level].filter(Boolean).join(", ");
  return (
    <p class="about-reader">
      {about ? `What comes next goes by your interests: ${about}. ` : "Say what you want to learn, and it comes next. "}
      <a href={change}>{about ? "Change them" : "Choose topics"}</a>{" "}
      <a href={urls.dashboardHistory()}>What you have read</a>
    </p>
  );
}
