CREATE TABLE "link_checks" (
	"url" text PRIMARY KEY,
	"problem" text,
	"broken_since" timestamp with time zone,
	"checked_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "media" ADD COLUMN "unused_since" timestamp with time zone;