import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { outranks, type RoleInfo } from "#apps/accounts/roles.ts";
import type { User } from "#apps/accounts/schema.ts";
import { currentViewer } from "#lib/current.ts";
import { Choice, Field, Form, FormError, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { StaffPage } from "../parts.tsx";
import { nameOf } from "./person-parts.tsx";

interface DeedProps {
  title: string;
  user: User;
  /** What will happen. */
  lede: Child;
  children: Child;
}

/** Something that is done about one account, on a page of its own. */
export function DeedPage({ title, user, lede, children }: DeedProps): Html {
  const back = <a href={urls.staffPerson({ id: String(user.id) })}>{nameOf(user)}</a>;
  return (
    <StaffPage title={title} current={urls.staffPeople()} aside={<p>{back}</p>}>
      <p class="lede-line">{lede}</p>
      {children}
    </StaffPage>
  );
}

interface Filled {
  user: User;
  errors?: FormErrors | undefined;
  values?: FormValues | undefined;
}

export function BanPage({ user, errors = {}, values = {} }: Filled): Html {
  return (
    <DeedPage
      title="Ban"
      user={user}
      lede="All their sessions end at once, and they cannot sign in until the ban is lifted. Nothing of theirs is deleted."
    >
      <Form action={urls.staffPersonBan({ id: String(user.id) })}>
        <FormError errors={errors} />
        <Field
          label="Reason"
          name="reason"
          rows={3}
          required
          maxlength={1000}
          hint="They read this when they try to sign in."
          errors={errors}
          values={values}
        />
        <Submit tone="bad">Ban {nameOf(user)}</Submit>
      </Form>
    </DeedPage>
  );
}

export function ImpersonatePage({ user, errors = {}, values = {} }: Filled): Html {
  return (
    <DeedPage
      title="Act in their place"
      user={user}
      lede="For an hour you see the site as they do. Nothing dangerous can be done, nothing is kept of what you read, and they find your visit and its reason in their history. Your own session waits."
    >
      <Form action={urls.staffPersonImpersonation({ id: String(user.id) })}>
        <FormError errors={errors} />
        <Field
          label="Reason"
          name="reason"
          required
          maxlength={300}
          hint="Such as the message in which they asked for help."
          errors={errors}
          values={values}
        />
        <Submit>Act as {nameOf(user)}</Submit>
      </Form>
    </DeedPage>
  );
}

export function PersonRolesPage({
  user,
  all,
  held,
  errors = {},
}: {
  user: User;
  all: readonly RoleInfo[];
  held: readonly number[];
  errors?: FormErrors;
}): Html {
  const viewer = currentViewer();
  return (
    <DeedPage
      title="Roles"
      user={user}
      lede="They are told by mail, and sign in anew. What a role allows waits until they have a second factor."
    >
      <Form action={urls.staffPersonRoles({ id: String(user.id) })} method="put">
        <FormError errors={errors} />
        <fieldset class="choices">
          <legend>{nameOf(user)} is</legend>
          {all
            .filter(({ id, permissions }) => held.includes(id) || outranks(viewer, permissions))
            .map(({ id, name, about }) => (
              <Choice label={name} name="roles" value={String(id)} checked={held.includes(id)} hint={about} />
            ))}
        </fieldset>
        <Submit>Save</Submit>
      </Form>
    </DeedPage>
  );
}
