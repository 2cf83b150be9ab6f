CREATE EXTENSION IF NOT EXISTS "pg_trgm";--> statement-breakpoint
CREATE TABLE "profiles" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "profiles_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slug" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"headline" text DEFAULT '' NOT NULL,
	"bio" text DEFAULT '' NOT NULL,
	"portrait" text,
	"links" jsonb DEFAULT '[]' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bodies" (
	"id" integer PRIMARY KEY,
	"source" text NOT NULL,
	"html" text NOT NULL,
	"teaser" text NOT NULL,
	"headings" jsonb NOT NULL,
	"features" jsonb NOT NULL,
	"rendered_with" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "content_version" (
	"id" integer PRIMARY KEY DEFAULT 1,
	"version" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "content_version_is_one_row" CHECK ("id" = 1)
);
--> statement-breakpoint
CREATE TABLE "credits" (
	"entry_id" integer,
	"profile_id" integer,
	"role" text,
	"position" integer NOT NULL,
	CONSTRAINT "credits_pkey" PRIMARY KEY("entry_id","profile_id","role")
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"path" text NOT NULL UNIQUE,
	"title" text NOT NULL,
	"summary" text DEFAULT '' NOT NULL,
	"access" text DEFAULT 'public' NOT NULL,
	"level" text,
	"parent_id" integer,
	"position" integer DEFAULT 0 NOT NULL,
	"image_id" integer,
	"listed" boolean DEFAULT true NOT NULL,
	"reading_minutes" integer DEFAULT 0 NOT NULL,
	"published_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "entries_path_is_canonical" CHECK ("path" ~ '^/([a-z0-9_.-]+/)*$')
);
--> statement-breakpoint
CREATE TABLE "entry_images" (
	"entry_id" integer,
	"media_id" integer,
	"position" integer NOT NULL,
	"alt" text NOT NULL,
	CONSTRAINT "entry_images_pkey" PRIMARY KEY("entry_id","media_id")
);
--> statement-breakpoint
CREATE TABLE "entry_topics" (
	"entry_id" integer,
	"topic_id" integer,
	"position" integer NOT NULL,
	CONSTRAINT "entry_topics_pkey" PRIMARY KEY("entry_id","topic_id")
);
--> statement-breakpoint
CREATE TABLE "redirects" (
	"path" text PRIMARY KEY,
	"entry_id" integer NOT NULL,
	"anchor" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "related" (
	"entry_id" integer,
	"related_id" integer,
	"score" real NOT NULL,
	CONSTRAINT "related_pkey" PRIMARY KEY("entry_id","related_id")
);
--> statement-breakpoint
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
CREATE TABLE "sections" (
	"entry_id" integer,
	"position" integer,
	"anchor" text NOT NULL,
	"heading" text NOT NULL,
	"text" text NOT NULL,
	"code" text NOT NULL,
	"teaser" boolean NOT NULL,
	CONSTRAINT "sections_pkey" PRIMARY KEY("entry_id","position")
);
--> statement-breakpoint
CREATE TABLE "topics" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "topics_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slug" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"summary" text DEFAULT '' NOT NULL,
	"position" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "revisions" (
	"entry_id" integer,
	"number" integer,
	"source" text NOT NULL,
	"note" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "revisions_pkey" PRIMARY KEY("entry_id","number")
);
--> statement-breakpoint
CREATE TABLE "imported_files" (
	"folder" text,
	"file" text,
	"entry_id" integer NOT NULL,
	"fingerprint" text NOT NULL,
	"imported_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "imported_files_pkey" PRIMARY KEY("folder","file")
);
--> statement-breakpoint
CREATE TABLE "media" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "media_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"hash" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"format" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"animated" boolean DEFAULT false NOT NULL,
	"color" text,
	"focus_x" integer DEFAULT 50 NOT NULL,
	"focus_y" integer DEFAULT 50 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
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
CREATE INDEX "credits_profile_id_index" ON "credits" ("profile_id");--> statement-breakpoint
CREATE INDEX "entries_published_at_index" ON "entries" ("published_at");--> statement-breakpoint
CREATE INDEX "entries_parent_id_position_index" ON "entries" ("parent_id","position");--> statement-breakpoint
CREATE INDEX "entry_images_media_id_index" ON "entry_images" ("media_id");--> statement-breakpoint
CREATE INDEX "entry_topics_topic_id_index" ON "entry_topics" ("topic_id");--> statement-breakpoint
CREATE INDEX "redirects_entry_id_index" ON "redirects" ("entry_id");--> statement-breakpoint
CREATE INDEX "related_related_id_index" ON "related" ("related_id");--> statement-breakpoint
CREATE INDEX "search_index_body_index" ON "search_index" USING gin ("body") WITH (gin_pending_list_limit=256);--> statement-breakpoint
CREATE INDEX "search_index_head_index" ON "search_index" USING gin ("head") WITH (gin_pending_list_limit=128);--> statement-breakpoint
CREATE INDEX "search_words_slips_index" ON "search_words" USING gin ("slips");--> statement-breakpoint
CREATE INDEX "search_words_word_index" ON "search_words" USING gin ("word" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "imported_files_entry_id_index" ON "imported_files" ("entry_id");--> statement-breakpoint
ALTER TABLE "bodies" ADD CONSTRAINT "bodies_id_entries_id_fkey" FOREIGN KEY ("id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "credits" ADD CONSTRAINT "credits_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "credits" ADD CONSTRAINT "credits_profile_id_profiles_id_fkey" FOREIGN KEY ("profile_id") REFERENCES "profiles"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_parent_id_entries_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "entries"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_image_id_media_id_fkey" FOREIGN KEY ("image_id") REFERENCES "media"("id") ON DELETE RESTRICT;--> statement-breakpoint
ALTER TABLE "entry_images" ADD CONSTRAINT "entry_images_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "entry_images" ADD CONSTRAINT "entry_images_media_id_media_id_fkey" FOREIGN KEY ("media_id") REFERENCES "media"("id") ON DELETE RESTRICT;--> statement-breakpoint
ALTER TABLE "entry_topics" ADD CONSTRAINT "entry_topics_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "entry_topics" ADD CONSTRAINT "entry_topics_topic_id_topics_id_fkey" FOREIGN KEY ("topic_id") REFERENCES "topics"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "redirects" ADD CONSTRAINT "redirects_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "related" ADD CONSTRAINT "related_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "related" ADD CONSTRAINT "related_related_id_entries_id_fkey" FOREIGN KEY ("related_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "search_index" ADD CONSTRAINT "search_index_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "sections" ADD CONSTRAINT "sections_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "imported_files" ADD CONSTRAINT "imported_files_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
-- Rendered pages are read far more often than they are written: stored plain, they need no decompression.
ALTER TABLE "bodies" ALTER COLUMN "html" SET STORAGE EXTERNAL;
