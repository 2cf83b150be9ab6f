import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { urls } from "#urls.ts";
import { getCardPage, pageNumber } from "./lists.ts";
import { getPerson, getReader, listPeople } from "./people.ts";
import { PersonPage } from "./views/person.tsx";
import { ReaderPage } from "./views/reader.tsx";
import { TeamPage } from "./views/team.tsx";

/** The pages of the people who made what the catalog has. */
export function routes(router: Router): void {
  router.get(urls.team.pattern, { access: "anyone", cache: true }, async () => (
    <TeamPage people={await listPeople()} />
  ));

  const query = z.object({ page: pageNumber });
  router.get(urls.person.pattern, { access: "anyone", cache: true, query }, async ({ params, query: { page } }) => {
    const person = await getPerson(params.slug);
    return <PersonPage person={person} list={await getCardPage({ profileId: person.id }, page)} />;
  });

  router.get(urls.reader.pattern, { access: "anyone", cache: true }, async ({ params }, reply) => {
    const reader = await getReader(params.slug);
    // Who writes has one page, and it says what they wrote.
    return reader.isCredited ? reply.redirect(urls.person({ slug: reader.slug }), 301) : <ReaderPage reader={reader} />;
  });
}
