import { z } from "zod";
import type { Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { listEntries } from "./entries.ts";
import { getPerson, listPeople } from "./people.ts";
import { PersonPage } from "./views/person.tsx";
import { TeamPage } from "./views/team.tsx";

const pageSize = 24;
const query = z.object({ page: z.coerce.number().int().min(1).max(10_000).default(1) });

/** The pages of the people who made what the catalog has. */
export function routes(router: Router): void {
  router.get(urls.team.pattern, { access: "anyone", cache: true }, async () => (
    <TeamPage people={await listPeople()} />
  ));

  router.get(urls.person.pattern, { access: "anyone", cache: true, query }, async ({ params, query: { page } }) => {
    const person = await getPerson(params.slug);
    const filter = { profileId: person.id };
    const { cards, total } = await listEntries(filter, { offset: (page - 1) * pageSize, limit: pageSize });
    if (cards.length === 0 && page > 1) throw new NotFound(`There is no page ${page} of this list.`);
    return <PersonPage person={person} list={{ cards, page, pages: Math.ceil(total / pageSize) }} />;
  });
}
