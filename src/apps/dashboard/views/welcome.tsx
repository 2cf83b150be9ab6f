import type { TopicLink } from "#apps/catalog/entries.ts";
import { levels } from "#apps/catalog/schema.ts";
import { levelWords } from "#apps/tutorials/parts.tsx";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Choice, Form, Submit } from "#ui/form.tsx";
import { Layout } from "#ui/layout.tsx";
import { Level } from "#ui/level.tsx";
import { urls } from "#urls.ts";
import type { Learner } from "../learners.ts";

interface WelcomePageProps {
  learner: Learner;
  topics: readonly (TopicLink & { entries: number })[];
  /** Where to go on to, as it was asked for. */
  next: string | undefined;
}

/** Two questions, neither of which must be answered. */
export function WelcomePage({ learner: { level, interests }, topics, next }: WelcomePageProps): Html {
  const chosen = new Set(interests.map((topic) => topic.slug));
  return (
    <Layout title="What do you want to learn?" robots="noindex" styles={["account.css"]} scripts={["time-zone.js"]}>
      <header class="intro">
        <h1>What do you want to learn?</h1>
        <p>Your dashboard shows first what is new there. You can change it at any time, or say nothing.</p>
      </header>
      <div class="first-day">
        <Form action={urls.welcome()}>
          <input type="hidden" name="next" value={next ?? ""} />
          <time-zone>
            <input type="hidden" name="timeZone" value="" />
          </time-zone>
          <fieldset class="choices">
            <legend>How much do you know already?</legend>
            {levels.map((each) => (
              <Choice
                type="radio"
                name="level"
                value={each}
                checked={each === level}
                label={<Level level={each} />}
                hint={levelWords[each]}
              />
            ))}
            <Choice type="radio" name="level" value="" checked={level === null} label="I cannot say" />
          </fieldset>
          {topics.length > 0 ? (
            <fieldset class="choices topic-choices">
              <legend>Which topics interest you?</legend>
              <div>
                {topics.map(({ slug, name }) => (
                  <Choice name="topic" value={slug} checked={chosen.has(slug)} label={name} />
                ))}
              </div>
            </fieldset>
          ) : null}
          <p class="form-buttons">
            <Submit>Save</Submit>
            <button class="button" type="submit" name="skip" value="yes">
              Skip
            </button>
          </p>
        </Form>
      </div>
    </Layout>
  );
}
