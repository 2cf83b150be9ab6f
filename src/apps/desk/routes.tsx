import type { Router } from "#lib/app.ts";
import { boardRoutes } from "./routes/board.tsx";
import { editorRoutes } from "./routes/editor.tsx";
import { entryRoutes } from "./routes/entry.tsx";
import { findingsRoutes } from "./routes/findings.tsx";
import { metadataRoutes } from "./routes/metadata.tsx";
import { orderRoutes } from "./routes/order.tsx";
import { stagesRoutes } from "./routes/stages.tsx";
import { versionsRoutes } from "./routes/versions.tsx";
import { reviewsRoutes } from "./routes/reviews.tsx";

export function routes(router: Router): void {
  boardRoutes(router);
  stagesRoutes(router);
  orderRoutes(router);
  metadataRoutes(router);
  entryRoutes(router);
  editorRoutes(router);
  findingsRoutes(router);
  versionsRoutes(router);
  reviewsRoutes(router);
}
