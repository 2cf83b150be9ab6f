import { currentViewer } from "#lib/current.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { config } from "#config.ts";
import { Form, Submit } from "#ui/form.tsx";
import { Layout } from "#ui/layout.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Invited } from "../teams.ts";

export interface InvitedPageProps {
  invited: Invited;
  token: string;
  problem?: string;
}

/** Where a link to a seat leads: who keeps it, and the way to take it. */
export function InvitedPage({ invited: { team, ownerName }, token, problem }: InvitedPageProps): Html {
  const viewer = currentViewer();
  const next = urls.teamJoin({ token });
  return (
    <Layout title="A seat for you" robots="noindex" styles={["account.css"]}>
      <div class="door">
        <h1>A seat for you</h1>
        <p>
          {ownerName || "Somebody"} pays for the team “{team.name}” at {config.SITE_NAME}. With a seat of it you read
          everything that members read, and it costs you nothing.
        </p>
        {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
        {viewer.id === null ? (
          <div class="providers">
            <a class="button primary" href={urls.register({}, { next })} rel="nofollow">
              Create an account
            </a>
            <a class="button" href={urls.signIn({}, { next })} rel="nofollow">
              I have one: sign in
            </a>
          </div>
        ) : (
          <Form action={next}>
            <Submit>Take the seat</Submit>
            <p class="hint">
              As {viewer.name || "yourself"}, for as long as they pay for it. You can leave at any time.
            </p>
          </Form>
        )}
      </div>
    </Layout>
  );
}
