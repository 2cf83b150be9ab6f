CREATE TABLE "checkmarks" (
	"entry_id" integer,
	"stage_id" integer,
	"item" text,
	"user_id" integer,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "checkmarks_pkey" PRIMARY KEY("entry_id","stage_id","item")
);
--> statement-breakpoint
CREATE TABLE "desk_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "desk_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entry_id" integer NOT NULL,
	"actor_id" integer,
	"kind" text NOT NULL,
	"details" jsonb DEFAULT '{}' NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "lint_findings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "lint_findings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"entry_id" integer NOT NULL,
	"number" integer NOT NULL,
	"rule" text NOT NULL,
	"severity" text NOT NULL,
	"line" integer NOT NULL,
	"column" integer NOT NULL,
	"message" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "manuscripts" (
	"entry_id" integer PRIMARY KEY,
	"stage_id" integer NOT NULL,
	"assignee_id" integer,
	"due_on" date,
	"published_number" integer,
	"scheduled_number" integer,
	"scheduled_at" timestamp with time zone,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "preview_links" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "preview_links_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"entry_id" integer NOT NULL,
	"number" integer NOT NULL,
	"token_hash" text NOT NULL UNIQUE,
	"created_by" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "remarks" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "remarks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"entry_id" integer NOT NULL,
	"number" integer NOT NULL,
	"starts_at" integer NOT NULL,
	"ends_at" integer NOT NULL,
	"quote" text NOT NULL,
	"parent_id" integer,
	"author_id" integer,
	"body" text NOT NULL,
	"suggestion" text,
	"state" text DEFAULT 'open' NOT NULL,
	"settled_by" integer,
	"settled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stage_moves" (
	"from_id" integer,
	"to_id" integer,
	"role_id" integer,
	CONSTRAINT "stage_moves_pkey" PRIMARY KEY("from_id","to_id","role_id")
);
--> statement-breakpoint
CREATE TABLE "stages" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "stages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slug" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"checklist" text[] DEFAULT '{}'::text[] NOT NULL
);
--> statement-breakpoint
CREATE TABLE "working_copies" (
	"entry_id" integer,
	"user_id" integer,
	"base_number" integer NOT NULL,
	"source" text NOT NULL,
	"title" text NOT NULL,
	"summary" text NOT NULL,
	"sequence" bigint NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "working_copies_pkey" PRIMARY KEY("entry_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "summary" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "revisions" ADD COLUMN "author_id" integer;--> statement-breakpoint
CREATE INDEX "checkmarks_stage_id_index" ON "checkmarks" ("stage_id");--> statement-breakpoint
CREATE INDEX "checkmarks_user_id_index" ON "checkmarks" ("user_id");--> statement-breakpoint
CREATE INDEX "desk_events_entry_id_id_index" ON "desk_events" ("entry_id","id");--> statement-breakpoint
CREATE INDEX "desk_events_actor_id_index" ON "desk_events" ("actor_id");--> statement-breakpoint
CREATE INDEX "lint_findings_entry_id_severity_index" ON "lint_findings" ("entry_id","severity");--> statement-breakpoint
CREATE INDEX "manuscripts_stage_id_index" ON "manuscripts" ("stage_id");--> statement-breakpoint
CREATE INDEX "manuscripts_assignee_id_index" ON "manuscripts" ("assignee_id");--> statement-breakpoint
CREATE INDEX "manuscripts_scheduled_at_index" ON "manuscripts" ("scheduled_at") WHERE scheduled_at is not null;--> statement-breakpoint
CREATE INDEX "preview_links_entry_id_index" ON "preview_links" ("entry_id");--> statement-breakpoint
CREATE INDEX "preview_links_created_by_index" ON "preview_links" ("created_by");--> statement-breakpoint
CREATE INDEX "remarks_entry_id_state_index" ON "remarks" ("entry_id","state");--> statement-breakpoint
CREATE INDEX "remarks_parent_id_index" ON "remarks" ("parent_id");--> statement-breakpoint
CREATE INDEX "remarks_author_id_index" ON "remarks" ("author_id");--> statement-breakpoint
CREATE INDEX "remarks_settled_by_index" ON "remarks" ("settled_by");--> statement-breakpoint
CREATE INDEX "revisions_author_id_index" ON "revisions" ("author_id");--> statement-breakpoint
CREATE INDEX "stage_moves_to_id_index" ON "stage_moves" ("to_id");--> statement-breakpoint
CREATE INDEX "stage_moves_role_id_index" ON "stage_moves" ("role_id");--> statement-breakpoint
CREATE INDEX "working_copies_user_id_index" ON "working_copies" ("user_id");--> statement-breakpoint
ALTER TABLE "checkmarks" ADD CONSTRAINT "checkmarks_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "checkmarks" ADD CONSTRAINT "checkmarks_stage_id_stages_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stages"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "checkmarks" ADD CONSTRAINT "checkmarks_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "desk_events" ADD CONSTRAINT "desk_events_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "desk_events" ADD CONSTRAINT "desk_events_actor_id_users_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "lint_findings" ADD CONSTRAINT "lint_findings_entry_id_number_revisions_entry_id_number_fkey" FOREIGN KEY ("entry_id","number") REFERENCES "revisions"("entry_id","number") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "manuscripts" ADD CONSTRAINT "manuscripts_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "manuscripts" ADD CONSTRAINT "manuscripts_stage_id_stages_id_fkey" FOREIGN KEY ("stage_id") REFERENCES "stages"("id") ON DELETE RESTRICT;--> statement-breakpoint
ALTER TABLE "manuscripts" ADD CONSTRAINT "manuscripts_assignee_id_users_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "preview_links" ADD CONSTRAINT "preview_links_created_by_users_id_fkey" FOREIGN KEY ("created_by") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "preview_links" ADD CONSTRAINT "preview_links_entry_id_number_revisions_entry_id_number_fkey" FOREIGN KEY ("entry_id","number") REFERENCES "revisions"("entry_id","number") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "remarks" ADD CONSTRAINT "remarks_parent_id_remarks_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "remarks"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "remarks" ADD CONSTRAINT "remarks_author_id_users_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "remarks" ADD CONSTRAINT "remarks_settled_by_users_id_fkey" FOREIGN KEY ("settled_by") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "remarks" ADD CONSTRAINT "remarks_entry_id_number_revisions_entry_id_number_fkey" FOREIGN KEY ("entry_id","number") REFERENCES "revisions"("entry_id","number") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_author_id_users_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "stage_moves" ADD CONSTRAINT "stage_moves_from_id_stages_id_fkey" FOREIGN KEY ("from_id") REFERENCES "stages"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "stage_moves" ADD CONSTRAINT "stage_moves_to_id_stages_id_fkey" FOREIGN KEY ("to_id") REFERENCES "stages"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "stage_moves" ADD CONSTRAINT "stage_moves_role_id_roles_id_fkey" FOREIGN KEY ("role_id") REFERENCES "roles"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "working_copies" ADD CONSTRAINT "working_copies_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "working_copies" ADD CONSTRAINT "working_copies_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
INSERT INTO "stages" ("slug", "name", "position", "checklist") VALUES
	('outline-review', 'Outline review', 1, ARRAY['The outline says who it is for.', 'Nothing here says the same already.']),
	('draft', 'Draft', 2, ARRAY['Every example was run.', 'Every picture has a text for those who cannot see it.']),
	('technical-review', 'Technical review', 3, ARRAY['The code was run by somebody else.', 'Every claim has a source.']),
	('copy-edit', 'Copy edit', 4, ARRAY['It was read aloud.', 'Title and summary fit into a search result.']),
	('scheduled', 'Scheduled', 5, ARRAY[]::text[]),
	('published', 'Published', 6, ARRAY[]::text[]),
	('needs-update', 'Needs update', 7, ARRAY['What is out of date is named in a remark.']),
	('retired', 'Retired', 8, ARRAY[]::text[]);
--> statement-breakpoint
INSERT INTO "stage_moves" ("from_id", "to_id", "role_id")
SELECT "before"."id", "after"."id", "roles"."id"
FROM (VALUES
	('author', 'draft', 'technical-review'), ('author', 'needs-update', 'technical-review'),
	('editor', '*', '*'), ('admin', '*', '*')
) AS "allowed" ("role", "from", "to")
JOIN "roles" ON "roles"."name" = "allowed"."role"
JOIN "stages" "before" ON "allowed"."from" IN ('*', "before"."slug")
JOIN "stages" "after" ON "allowed"."to" IN ('*', "after"."slug") AND "after"."id" <> "before"."id";
--> statement-breakpoint
INSERT INTO "role_permissions" ("role_id", "permission")
SELECT "roles"."id", "granted"."permission"
FROM (VALUES
	('admin', 'desk.open'), ('admin', 'desk.write'), ('admin', 'desk.review'), ('admin', 'desk.publish'),
	('editor', 'desk.open'), ('editor', 'desk.write'), ('editor', 'desk.review'), ('editor', 'desk.publish'),
	('author', 'desk.open'), ('author', 'desk.write'), ('author', 'desk.review')
) AS "granted" ("role", "permission") JOIN "roles" ON "roles"."name" = "granted"."role"
ON CONFLICT DO NOTHING;
