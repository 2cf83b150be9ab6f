ALTER TABLE "subscriptions" ADD COLUMN "is_double" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE "subscriptions" SET "is_double" = true WHERE "cancel_reason" = 'It was bought beside another membership.';
