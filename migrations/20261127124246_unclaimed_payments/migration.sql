DROP INDEX "customers_provider_provider_id_index";--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "unclaimed_by" text;--> statement-breakpoint
ALTER TABLE "transactions" ADD COLUMN "unclaimed_by" text;--> statement-breakpoint
CREATE UNIQUE INDEX "customers_provider_provider_id_user_id_index" ON "customers" ("provider","provider_id","user_id");--> statement-breakpoint
CREATE INDEX "subscriptions_provider_unclaimed_by_index" ON "subscriptions" ("provider","unclaimed_by") WHERE unclaimed_by is not null;--> statement-breakpoint
CREATE INDEX "transactions_provider_unclaimed_by_index" ON "transactions" ("provider","unclaimed_by") WHERE unclaimed_by is not null;