import { customType } from "drizzle-orm/pg-core";

/** A column of Postgres's type for searchable text, written as `vectorOf` makes it. */
export const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });
