import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { files } from "#apps/media/files.ts";
import { productsFolder } from "#apps/store/files.ts";
import { config } from "#config.ts";
import type { Source } from "#lib/backup.ts";
import { passing } from "./passing.ts";

/** This site, as far as a backup takes it along: all but what passes, the originals of pictures, of which the others are made, and what is sold. */
export function siteAt(url: string): Source {
  return {
    url,
    version: release(),
    keyFingerprint: keyFingerprint(),
    passing,
    objects: {
      storage: files,
      prefixes: ["originals/", productsFolder],
      wanted: `select 'originals/' || left(hash, 2) || '/' || hash as key from media
        union all select storage_key from product_files`,
    },
  };
}

/** Tells whether two sites have the same SECRET_KEY, to who knows neither. */
export function keyFingerprint(): string {
  return createHmac("sha256", config.SECRET_KEY).update("fingerprint for backups").digest("hex").slice(0, 16);
}

function release(): string {
  const manifest = readFileSync(new URL("../../../../package.json", import.meta.url), "utf8");
  return /"version": "([^"]+)"/.exec(manifest)?.[1] ?? "";
}
