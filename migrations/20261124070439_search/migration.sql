-- What search needs is computed when a text is saved, so the texts that are there are saved anew at the next start.
DELETE FROM "related";--> statement-breakpoint
DELETE FROM "sections";--> statement-breakpoint
UPDATE "bodies" SET "rendered_with" = '';--> statement-breakpoint
CREATE TABLE "search_index" (
	"entry_id" integer,
	"whole" boolean,
	"title" text NOT NULL,
	"head" tsvector NOT NULL,
	"body" tsvector NOT NULL,
	CONSTRAINT "search_index_pkey" PRIMARY KEY("entry_id","whole")
);
--> statement-breakpoint
CREATE TABLE "search_words" (
	"word" text PRIMARY KEY,
	"slips" text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "searches" (
	"day" date,
	"query" text,
	"times" integer NOT NULL,
	"empty" integer NOT NULL,
	"last_at" timestamp with time zone NOT NULL,
	CONSTRAINT "searches_pkey" PRIMARY KEY("day","query")
);
--> statement-breakpoint
ALTER TABLE "related" ADD COLUMN "score" real NOT NULL;--> statement-breakpoint
ALTER TABLE "sections" ADD COLUMN "teaser" boolean NOT NULL;--> statement-breakpoint
ALTER TABLE "related" DROP COLUMN "position";--> statement-breakpoint
ALTER TABLE "sections" DROP COLUMN "access";--> statement-breakpoint
CREATE INDEX "search_index_body_index" ON "search_index" USING gin ("body") WITH (gin_pending_list_limit=256);--> statement-breakpoint
CREATE INDEX "search_index_head_index" ON "search_index" USING gin ("head") WITH (gin_pending_list_limit=128);--> statement-breakpoint
CREATE INDEX "search_words_slips_index" ON "search_words" USING gin ("slips");--> statement-breakpoint
CREATE INDEX "search_words_word_index" ON "search_words" USING gin ("word" gin_trgm_ops);--> statement-breakpoint
ALTER TABLE "search_index" ADD CONSTRAINT "search_index_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;