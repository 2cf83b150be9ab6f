CREATE TABLE "backups" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "backups_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL UNIQUE,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"verified_at" timestamp with time zone,
	"size_bytes" bigint,
	"hash" text,
	"table_count" integer,
	"row_count" bigint,
	"object_count" integer,
	"missing" jsonb DEFAULT '[]' NOT NULL,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"name" text PRIMARY KEY,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"made_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "backups_started_at_index" ON "backups" ("started_at");