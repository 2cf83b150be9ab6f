CREATE TABLE "dismissed_searches" (
	"query" text PRIMARY KEY,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "media" ADD COLUMN "alt" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX "reading_events_at_index" ON "reading_events" USING brin ("at");
--> statement-breakpoint
INSERT INTO "role_permissions" ("role_id", "permission")
SELECT "roles"."id", "granted"."permission"
FROM (VALUES
	('admin', 'operations.manage'), ('admin', 'media.manage'), ('admin', 'searches.view'),
	('editor', 'media.manage'), ('editor', 'searches.view')
) AS "granted" ("role", "permission") JOIN "roles" ON "roles"."name" = "granted"."role"
ON CONFLICT DO NOTHING;
