import type { Consequences, Dependent } from "#lib/admin/dependents.ts";
import { mostFollowed } from "#lib/admin/dependents.ts";
import type { Model } from "#lib/admin.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { AdminPage, numbers } from "../parts.tsx";

export interface ConfirmPageProps {
  model: Model;
  title: string;
  question: string;
  /** Where the answer goes, and what it says beside yes. */
  action: string;
  fields: readonly (readonly [name: string, value: string])[];
  back: string;
  label: string;
  isDangerous?: boolean;
  children?: Child;
}

/** Asks before something is done to rows. */
export function ConfirmPage(props: ConfirmPageProps): Html {
  const { model, title, question, action, fields, back, label, isDangerous = false, children } = props;
  return (
    <AdminPage
      title={title}
      model={model}
      crumbs={[{ label: model.many, href: urls.adminList({ model: model.name }) }]}
    >
      <p class="admin-question">{question}</p>
      {children}
      <Form action={action}>
        {fields.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="confirmed" value="yes" />
        <div class="deeds">
          <Submit tone={isDangerous ? "bad" : "primary"}>{label}</Submit>
          <a class="button" href={back}>
            No, go back
          </a>
        </div>
      </Form>
    </AdminPage>
  );
}

/** What a deletion does beside the rows that it is about. */
export function Consequence({ consequences }: { consequences: Consequences }): Html {
  const { going, unlinked, blocking } = consequences;
  return (
    <>
      {blocking.length === 0 ? null : (
        <section>
          <Notice tone="bad" title="It cannot be deleted yet">
            These need it: {listOf(blocking)}.
          </Notice>
        </section>
      )}
      <section class="consequences">
        <h2>Goes along</h2>
        {going.length === 0 ? <p class="soft">Nothing else.</p> : <Counts dependents={going} />}
      </section>
      {unlinked.length === 0 ? null : (
        <section class="consequences">
          <h2>Stays, without its link</h2>
          <Counts dependents={unlinked} />
        </section>
      )}
    </>
  );
}

function Counts({ dependents }: { dependents: readonly Dependent[] }): Html {
  return (
    <dl class="admin-counts">
      {dependents.map((dependent) => (
        <>
          <dt>{dependent.many}</dt>
          <dd>{countOf(dependent)}</dd>
        </>
      ))}
    </dl>
  );
}

function countOf({ count, isMore }: Dependent): string {
  return isMore ? `more than ${numbers.format(mostFollowed)}` : numbers.format(count);
}

function listOf(dependents: readonly Dependent[]): string {
  return dependents.map((dependent) => `${countOf(dependent)} ${dependent.many.toLowerCase()}`).join(", ");
}
