import { lint } from "../lint.ts";
import type { Facts } from "./finding.ts";

// The other end of aside.ts: a process of its own, so that pages are served while a text is read.

process.on("message", (asked: { source: string; facts: Facts }) => {
  void lint(asked.source, asked.facts).then(
    (findings) => process.send?.({ findings }),
    (error: unknown) =>
      process.send?.({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on("disconnect", () => process.exit());
