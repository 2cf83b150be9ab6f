// A process that writes backups until it is killed.
import "../../test/helpers/environment.ts";
import { join } from "node:path";
import { siteAt } from "#apps/operations/backups/source.ts";
import { openPlace, writeBackup } from "#lib/backup.ts";
import { openStorage } from "#lib/storage.ts";

const [url = "", folder = "", turn = ""] = process.argv.slice(2);
process.on("disconnect", () => process.exit());
const site = siteAt(url);
const passing = { ...site.passing, "public.effects": { why: "is the test's own" } };
const objects = {
  ...site.objects,
  storage: openStorage(join(folder, "media")),
  wanted: "select '' as key where false",
};
const place = openPlace(join(folder, "backups"));
process.send?.("writing");
for (let n = 0; ; n++) {
  await writeBackup({ ...site, passing, objects }, place, { name: `${turn}-${n}`, key: undefined });
  process.send?.("written");
}
