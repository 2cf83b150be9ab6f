import type { Router } from "#lib/app.ts";
import { blocksRoutes } from "./routes/blocks.tsx";
import { deedsRoutes } from "./routes/deeds.tsx";
import { eventsRoutes } from "./routes/events.tsx";
import { mergeRoutes } from "./routes/merge.tsx";
import { peopleRoutes } from "./routes/people.tsx";
import { rolesRoutes } from "./routes/roles.tsx";

export function routes(router: Router): void {
  eventsRoutes(router);
  peopleRoutes(router);
  deedsRoutes(router);
  mergeRoutes(router);
  rolesRoutes(router);
  blocksRoutes(router);
}
