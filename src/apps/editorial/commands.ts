import type { Command } from "#lib/app.ts";
import { table } from "#lib/table.ts";
import { checkLinks, listBrokenLinks } from "./links.ts";

export const linksCommand: Command = {
  name: "links",
  usage: "links [check]",
  about: "Show links of published text that lead nowhere; check: look at them all now instead of on Monday.",
  needs: "database",
  run: async ([verb]) => {
    if (verb === "check") await checkLinks.now({ slot: new Date() });
    const broken = await listBrokenLinks();
    const rows = broken.map(({ url, problem, since, on }) => [
      url,
      problem,
      since.toISOString().slice(0, 10),
      on.slice(0, 3).join(" "),
    ]);
    process.stdout.write(
      rows.length === 0 ? "No link is known to be broken.\n" : table(["Link", "Problem", "Since", "On"], rows),
    );
    return 0;
  },
};
