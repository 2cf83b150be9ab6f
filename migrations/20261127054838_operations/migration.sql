CREATE TABLE "alerts" (
	"fingerprint" text PRIMARY KEY,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"text" text NOT NULL,
	"raised" integer NOT NULL,
	"raised_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "check_states" (
	"name" text PRIMARY KEY,
	"problem" text,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"checked_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "error_groups" (
	"fingerprint" text PRIMARY KEY,
	"type" text NOT NULL,
	"message" text NOT NULL,
	"stack" text NOT NULL,
	"context" jsonb NOT NULL,
	"count" integer NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "uptime_samples" (
	"at" timestamp with time zone PRIMARY KEY,
	"ms" integer NOT NULL,
	"problem" text
);
--> statement-breakpoint
ALTER TABLE "entries" ADD COLUMN "announced_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "entries_unannounced_index" ON "entries" ("published_at") WHERE announced_at is null;--> statement-breakpoint
CREATE INDEX "error_groups_last_seen_at_index" ON "error_groups" ("last_seen_at");