ALTER TABLE "admin_changes" ADD COLUMN "gone" jsonb DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE INDEX "security_events_at_index" ON "security_events" ("at");--> statement-breakpoint
CREATE INDEX "users_created_at_index" ON "users" ("created_at");--> statement-breakpoint
CREATE INDEX "users_address_index" ON "users" ("address");--> statement-breakpoint
CREATE INDEX "users_name_index" ON "users" ("name");--> statement-breakpoint
CREATE INDEX "users_words_index" ON "users" USING gin ("address" gin_trgm_ops,"name" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "admin_changes_at_index" ON "admin_changes" ("at");--> statement-breakpoint
CREATE INDEX "entries_kind_index" ON "entries" ("kind");--> statement-breakpoint
CREATE INDEX "entries_title_index" ON "entries" ("title");--> statement-breakpoint
CREATE INDEX "entries_access_index" ON "entries" ("access");--> statement-breakpoint
CREATE INDEX "entries_updated_at_index" ON "entries" ("updated_at");--> statement-breakpoint
CREATE INDEX "entries_words_index" ON "entries" USING gin ("title" gin_trgm_ops,"path" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "mail_recipients_words_index" ON "mail_recipients" USING gin ("address" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "mail_messages_created_at_index" ON "mail_messages" ("created_at");--> statement-breakpoint
CREATE INDEX "mail_messages_template_index" ON "mail_messages" ("template");--> statement-breakpoint
CREATE INDEX "mail_messages_subject_index" ON "mail_messages" ("subject");--> statement-breakpoint
CREATE INDEX "mail_messages_words_index" ON "mail_messages" USING gin ("address" gin_trgm_ops,"subject" gin_trgm_ops);
--> statement-breakpoint
-- Lists read what mails are about, not what they say: their texts are kept beside the rows.
ALTER TABLE "mail_messages" SET (toast_tuple_target = 128);
--> statement-breakpoint
INSERT INTO "role_permissions" ("role_id", "permission")
SELECT "roles"."id", 'admin.open' FROM "roles" WHERE "roles"."name" IN ('admin', 'editor', 'author', 'support')
UNION
SELECT "roles"."id", 'entries.publish' FROM "roles" WHERE "roles"."name" IN ('admin', 'editor')
UNION
SELECT "roles"."id", 'admin.*.' || "deed" FROM "roles", unnest(ARRAY['view', 'add', 'change', 'delete']) AS "deed"
	WHERE "roles"."name" = 'admin'
UNION
SELECT "roles"."id", 'admin.' || "model" || '.' || "deed"
FROM "roles", unnest(ARRAY['entries', 'topics', 'redirects']) AS "model", unnest(ARRAY['view', 'add', 'change', 'delete']) AS "deed"
	WHERE "roles"."name" = 'editor'
UNION
SELECT "roles"."id", "granted"."permission"
FROM (VALUES
	('editor', 'admin.profiles.view'), ('editor', 'admin.profiles.add'), ('editor', 'admin.profiles.change'),
	('editor', 'admin.media.view'), ('editor', 'admin.revisions.view'), ('editor', 'admin.link_checks.view'),
	('editor', 'admin.searches.view'),
	('author', 'admin.entries.view.own'), ('author', 'admin.entries.add.own'), ('author', 'admin.entries.change.own'),
	('author', 'admin.revisions.view.own'), ('author', 'admin.profiles.view'), ('author', 'admin.profiles.change.own'),
	('author', 'admin.topics.view'), ('author', 'admin.media.view'),
	('support', 'admin.users.view'), ('support', 'admin.profiles.view'), ('support', 'admin.security_events.view'),
	('support', 'admin.mail_messages.view'), ('support', 'admin.mail_recipients.view'), ('support', 'admin.mail_mailings.view'),
	('support', 'admin.mail_events.view'), ('support', 'admin.mail_opt_outs.view'), ('support', 'admin.mail_lists.view'),
	('support', 'admin.mail_suppressions.view'), ('support', 'admin.mail_suppressions.delete')
) AS "granted" ("role", "permission") JOIN "roles" ON "roles"."name" = "granted"."role"
ON CONFLICT DO NOTHING;
