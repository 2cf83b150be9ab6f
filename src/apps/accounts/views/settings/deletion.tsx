import type { FormErrors } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Choice, Form, FormError, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { dayOf, daysToReturn } from "../../deletion.ts";
import type { User } from "../../schema.ts";
import { AccountPage } from "../account-page.tsx";
import { DoorPage } from "../door-page.tsx";

/** On the account's page while it waits to be deleted: when that is, and the way back. */
export function LeavingNotice({ user, at }: { user: User; at: Date }): Html {
  return (
    <div class="notice warn leaving" role="status">
      <strong>Your account will be deleted on {dayOf(at, user.timeZone)}</strong>
      <p>Until then you can keep it, with everything in it.</p>
      <Form action={urls.accountDeletion()} method="delete" kind="inline">
        <button class="button" type="submit">
          Keep my account
        </button>
      </Form>
    </div>
  );
}

export function DeletionPage({ errors = {} }: { errors?: FormErrors }): Html {
  return (
    <AccountPage title="Delete your account" current={urls.accountExport()}>
      <p>
        All sessions end at once. In {daysToReturn} days your account is deleted with everything that is about you:
        profile, places in what you read, bookmarks, history, mails. What you pay for is cancelled. What you wrote for
        everybody stays, without your name. Nobody can bring it back then; until then you need only sign in.
      </p>
      <p>
        You may want to <a href={urls.accountExport()}>download your data</a> first.
      </p>
      <Form action={urls.accountDeletion()}>
        <FormError errors={errors} />
        <div>
          <Choice name="understood" label="Delete my account and everything in it" />
          {errors.understood ? <p class="field-error">{errors.understood}</p> : null}
        </div>
        <Submit tone="bad">Delete my account</Submit>
      </Form>
    </AccountPage>
  );
}

/** For somebody who has come back in time. */
export function ReturnPage({ user, at }: { user: User; at: Date }): Html {
  return (
    <DoorPage
      title="Keep your account?"
      lede={
        <>
          It will be deleted on <strong>{dayOf(at, user.timeZone)}</strong>, as you asked.
        </>
      }
    >
      <Form action={urls.accountDeletion()} method="delete">
        <Submit>Keep my account</Submit>
      </Form>
      <Form action={urls.signOut()}>
        <Submit tone="quiet">Let it go</Submit>
      </Form>
    </DoorPage>
  );
}

/** For somebody who is not signed in: after asking for the deletion, or from the mail about it. */
export function ClosedPage(): Html {
  return (
    <DoorPage
      title="Your account is closed"
      lede={`All sessions have ended, and in ${daysToReturn} days it is deleted. We have sent you a mail with the date. If you change your mind, sign in before that day.`}
    >
      <a class="button" href={urls.signIn({}, { next: urls.accountDeletion() })}>
        Sign in to keep it
      </a>
    </DoorPage>
  );
}
