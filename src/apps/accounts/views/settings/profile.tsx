import { pictureOf } from "#apps/media/media.ts";
import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Choice, Field, Form, Submit } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { Portrait } from "#ui/portrait.tsx";
import { urls } from "#urls.ts";
import { timeZones, type Person } from "../../profiles.ts";
import type { User } from "../../schema.ts";
import { linkNumbers } from "../../settings/profile.ts";
import { AccountPage } from "../account-page.tsx";

interface ProfilePageProps {
  user: User;
  profile: Person | undefined;
  isSaved?: boolean;
  errors?: FormErrors;
  /** What was typed, when it could not be saved. */
  values?: FormValues;
}

/** What somebody shows of themselves, and to whom. */
export function ProfilePage({ user, profile, isSaved, errors, values }: ProfilePageProps): Html {
  const typed = { errors: errors ?? {}, values: values ?? {} };
  const isPublic = values === undefined ? profile?.isPublic === true : values.isPublic !== undefined;
  return (
    <AccountPage title="Profile" current={urls.accountProfile()} scripts={["time-zone.js"]}>
      {isSaved ? <Notice tone="good">Your profile is saved.</Notice> : null}
      {errors ? <Notice tone="bad">Something is not right yet. Nothing was saved.</Notice> : null}
      <Form action={urls.accountProfile()} kind="upload">
        <Field {...typed} label="Name" name="name" value={profile?.name || user.name} autocomplete="name" required />
        <Face name={profile?.name ?? user.name} portrait={profile?.portrait ?? null} error={errors?.portrait} />
        <Field
          {...typed}
          label="In one line"
          name="headline"
          value={profile?.headline ?? ""}
          hint="What you do, or what you are learning."
          maxlength={120}
        />
        <Field {...typed} label="About you" name="bio" value={profile?.bio ?? ""} rows={6} maxlength={2000} />
        <Links links={profile?.links ?? []} {...typed} />
        <TimeZone chosen={values?.timeZone ?? user.timeZone} error={errors?.timeZone} />
        <fieldset class="choices">
          <legend>Who sees it</legend>
          <Choice
            name="isPublic"
            checked={isPublic}
            label="Everybody may see this page"
            hint="Without it nobody does. Who writes here keeps a page among the authors either way."
          />
        </fieldset>
        <Field
          {...typed}
          label="Address of your page"
          name="slug"
          value={profile?.slug ?? ""}
          hint={
            <>
              The last part of <code>/people/your-name/</code>. Leave it empty, and it is made of your name.
            </>
          }
          maxlength={60}
        />
        <Submit>Save</Submit>
      </Form>
      {profile?.isPublic ? (
        <p class="own-page">
          <a href={urls.reader({ slug: profile.slug })}>See your page as others do</a>
        </p>
      ) : null}
    </AccountPage>
  );
}

interface FaceProps {
  name: string;
  portrait: Person["portrait"];
  error: string | undefined;
}

function Face({ name, portrait, error }: FaceProps): Html {
  return (
    <div class="face">
      <Portrait person={{ name, portrait: portrait ? pictureOf(portrait) : undefined }} large />
      <div>
        <Field
          label="Picture"
          name="portrait"
          type="file"
          accept="image/jpeg,image/png,image/webp,image/avif,image/gif"
          hint="At most 10 MB. It is cut to a square, and what the camera wrote into it is left out."
          errors={error ? { portrait: error } : {}}
        />
        {portrait ? <Choice name="removePortrait" label="Remove the picture" /> : null}
      </div>
    </div>
  );
}

interface LinksProps {
  links: Person["links"];
  errors: FormErrors;
  values: FormValues;
}

/** Room for one more than there are; the next comes with the next page. */
function Links({ links, errors, values }: LinksProps): Html {
  const filled = linkNumbers.findLastIndex((number) => values[`url${number}`] ?? links[number - 1]) + 1;
  return (
    <fieldset class="choices link-fields">
      <legend>Elsewhere</legend>
      {linkNumbers.slice(0, Math.max(2, filled + 1)).map((number) => {
        const link = links[number - 1];
        return (
          <div>
            <Field
              label={`Name of link ${number}`}
              name={`label${number}`}
              placeholder={number === 1 ? "My workshop" : undefined}
              value={link?.label ?? ""}
              errors={errors}
              values={values}
              maxlength={40}
            />
            <Field
              label={`Address of link ${number}`}
              name={`url${number}`}
              type="url"
              placeholder={number === 1 ? "https://example.org" : undefined}
              value={link?.url ?? ""}
              errors={errors}
              values={values}
              maxlength={300}
            />
          </div>
        );
      })}
    </fieldset>
  );
}

/** A script proposes the zone of the browser to who has none but the first. */
function TimeZone({ chosen, error }: { chosen: string; error: string | undefined }): Html {
  const names = timeZones.includes(chosen) ? timeZones : [chosen, ...timeZones];
  return (
    <time-zone class="field">
      <label for="timeZone">Time zone</label>
      <select class="input" id="timeZone" name="timeZone" aria-describedby={error ? "timeZone-error" : undefined}>
        {names.map((name) => (
          <option value={name} selected={name === chosen}>
            {name.replaceAll("_", " ")}
          </option>
        ))}
      </select>
      {error ? (
        <p class="field-error" id="timeZone-error">
          {error}
        </p>
      ) : null}
    </time-zone>
  );
}
