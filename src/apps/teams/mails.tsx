import { Button, Heading, Small, Text } from "#lib/mail/parts.tsx";
import type { Template } from "#lib/mail/template.ts";
import { config } from "#config.ts";
import { urls } from "#urls.ts";

/** To somebody for whom a seat of a team is kept. */
export const invitationMail: Template<{ token: string; team: string; from: string }> = {
  name: "teams.invitation",
  transactional: true,
  because: `somebody who pays for a team at ${config.SITE_NAME} invited this address`,
  subject: ({ team, from }) => `${from || "Somebody"} keeps a seat for you in “${team}”`,
  preview: () => "Everything that members read, at no cost to you.",
  example: { token: "k3yT0aSeatThatOpensOnce_0123", team: "The night shift", from: "Tess Molina" },
  Body: ({ token, team, from }) => (
    <>
      <Heading>A seat for you</Heading>
      <Text>
        {from || "Somebody"} pays for the team “{team}” at {config.SITE_NAME}, and keeps a seat for you: with it you
        read everything that members read. It costs you nothing.
      </Text>
      <Button href={config.BASE_URL + urls.teamJoin({ token })}>Take the seat</Button>
      <Small>
        The seat is kept for 14 days. If you do not know who this is, there is nothing to do: nobody gets an account for
        you.
      </Small>
    </>
  ),
};
