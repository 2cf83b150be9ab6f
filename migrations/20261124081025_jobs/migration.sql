CREATE TABLE "job_rates" (
	"name" text PRIMARY KEY,
	"next_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "job_schedules" (
	"name" text PRIMARY KEY,
	"last_slot" timestamp with time zone NOT NULL
);
