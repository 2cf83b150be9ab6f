ALTER TABLE "entries" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "entries_expires_at_index" ON "entries" ("expires_at") WHERE expires_at is not null;