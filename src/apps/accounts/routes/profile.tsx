import { z } from "zod";
import type { Reply, Request, Router } from "#lib/app.ts";
import { readForm, readUpload, type Submitted } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { subscriberToken } from "#apps/mail/links.ts";
import { urls } from "#urls.ts";
import { takePortrait } from "../portraits.ts";
import { findProfileOf, saveProfile } from "../profiles.ts";
import { linksOf, profileForm } from "../settings/profile.ts";
import { getUser } from "../users.ts";
import { ProfilePage } from "../views/settings/profile.tsx";

/** Of a picture as it comes from a telephone, with the rest of the form. */
const uploadLimit = 10_000_000;

/** What somebody shows of themselves, and what they get by mail. */
export function profileRoutes(router: Router): void {
  const query = z.object({ done: z.string().optional() });
  router.get(urls.accountProfile.pattern, { access: "viewer", query }, async ({ viewer, query: { done } }) => {
    const user = await getUser(viewer.id);
    return <ProfilePage user={user} profile={await findProfileOf(user.id)} isSaved={done !== undefined} />;
  });

  const upload = { access: "viewer", body: "upload", bodyLimit: uploadLimit } as const;
  router.post(urls.accountProfile.pattern, upload, save);

  // Where that leads is a key which opens for good, so whoever acts for the reader does not get it.
  router.get(urls.accountMail.pattern, { access: "viewer" }, async ({ viewer }, reply) => {
    if (viewer.session?.isImpersonated === true) {
      throw new Refused(403, "Only the owner of the account may change what they get by mail.");
    }
    const { address } = await getUser(viewer.id);
    return reply.redirect(urls.mailPreferences({}, { token: subscriberToken({ address, list: "" }) }), 303);
  });
}

async function save(request: Request, reply: Reply): Promise<Html | Reply> {
  const user = await getUser(request.viewer.id);
  const { body, file } = await readUpload(request, "portrait");
  const { data, errors, values } = readForm({ body }, profileForm);
  const showAgain = async (problems: Submitted<unknown>["errors"]): Promise<Html> => {
    reply.code(422);
    return <ProfilePage user={user} profile={await findProfileOf(user.id)} errors={problems} values={values} />;
  };
  if (data === undefined) return await showAgain(errors);
  const taken = file && (await takePortrait(file));
  if (taken !== undefined && "problem" in taken) return await showAgain({ portrait: taken.problem });
  const portrait = taken?.hash ?? (data.removePortrait === undefined ? undefined : null);
  const { name, slug, headline, bio, timeZone } = data;
  const isSaved = await saveProfile(user, {
    name,
    slug,
    headline,
    bio,
    timeZone,
    links: linksOf(data),
    isPublic: data.isPublic !== undefined,
    ...(portrait !== undefined && { portrait }),
  });
  if (!isSaved) return await showAgain({ slug: "Somebody else has this address. Please choose another one." });
  return reply.redirect(urls.accountProfile({}, { done: "yes" }), 303);
}
