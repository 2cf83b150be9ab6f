CREATE INDEX "mail_events_address_index" ON "mail_events" ("address");--> statement-breakpoint
CREATE INDEX "mail_recipients_address_index" ON "mail_recipients" ("address");