import { pictureOf } from "#apps/media/media.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { CardList } from "#ui/card.tsx";
import { Layout } from "#ui/layout.tsx";
import { EmptyState } from "#ui/messages.tsx";
import { Breadcrumbs, Pagination } from "#ui/navigation.tsx";
import { Portrait } from "#ui/portrait.tsx";
import { urls } from "#urls.ts";
import { cardOf } from "../cards.ts";
import type { CardPage } from "../lists.ts";
import type { Person } from "#apps/accounts/profiles.ts";
import { breadcrumbData, profileData } from "../structured-data.ts";

interface PersonPageProps {
  person: Person;
  list: CardPage;
}

const crumbs = [{ name: "Authors", href: urls.team() }];

/** Who somebody is, where else to find them, and what they worked on. */
export function PersonPage({ person, list: { cards, page, pages } }: PersonPageProps): Html {
  const { slug, name } = person;
  const links = webLinks(person);
  const linkTo = (number: number): string => urls.person({ slug }, { page: number === 1 ? undefined : number });
  const data = profileData(
    person,
    links.map((link) => link.url),
  );
  return (
    <Layout
      section="team"
      title={page === 1 ? name : `${name}, page ${page}`}
      description={person.headline || undefined}
      canonical={linkTo(page)}
      previous={page > 1 ? linkTo(page - 1) : undefined}
      next={page < pages ? linkTo(page + 1) : undefined}
      feeds={[
        { title: `${name}: Atom`, href: urls.personFeed({ slug, format: "atom.xml" }), type: "application/atom+xml" },
      ]}
      jsonLd={[data, breadcrumbData(crumbs, name)]}
    >
      <header class="intro">
        <Breadcrumbs links={crumbs} />
        <div class="profile">
          <Portrait person={{ name, portrait: person.portrait ? pictureOf(person.portrait) : undefined }} large />
          <div>
            <h1>{name}</h1>
            {person.headline ? <p>{person.headline}</p> : null}
          </div>
        </div>
        {page === 1 ? <About bio={person.bio} links={links} /> : null}
      </header>
      {cards.length === 0 ? (
        <EmptyState title="Nothing published yet">
          <p>
            What {name} writes will stand here. <a href={urls.tutorials()}>See all tutorials</a>
          </p>
        </EmptyState>
      ) : (
        <CardList entries={cards.map(cardOf)} layout="rows" />
      )}
      <Pagination page={page} pages={pages} hrefOf={linkTo} />
    </Layout>
  );
}

/** What somebody tells of themselves, and where else they are. */
export function About({ bio, links }: { bio: string; links: Person["links"] }): Html {
  return (
    <>
      {bio
        .split(/\n\s*\n/)
        .filter((paragraph) => paragraph.trim() !== "")
        .map((paragraph) => (
          <p class="bio">{paragraph}</p>
        ))}
      {links.length > 0 ? (
        <ul class="chips" aria-label="Elsewhere">
          {links.map((link) => (
            <li>
              <a class="chip" href={link.url} rel="me nofollow noopener">
                {link.label}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

/** The links of a profile that lead to a page. */
export function webLinks({ links }: Person): Person["links"] {
  return links.filter((link) => isWebAddress(link.url));
}

function isWebAddress(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? "");
}
