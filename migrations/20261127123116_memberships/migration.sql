CREATE TABLE "deletion_holds" (
	"user_id" integer,
	"key" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deletion_holds_pkey" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
CREATE TABLE "adjustments" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "adjustments_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"provider_id" text NOT NULL,
	"transaction_provider_id" text NOT NULL,
	"action" text NOT NULL,
	"status" text NOT NULL,
	"currency" char(3) NOT NULL,
	"amount" integer NOT NULL,
	"decided_at" timestamp with time zone,
	"occurred_at" timestamp(6) with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "billing_notices" (
	"kind" text,
	"about" text,
	"sent_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "billing_notices_pkey" PRIMARY KEY("kind","about")
);
--> statement-breakpoint
CREATE TABLE "checkouts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "checkouts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"token" text NOT NULL UNIQUE,
	"user_id" integer NOT NULL,
	"kind" text NOT NULL,
	"price_id" integer NOT NULL,
	"quantity" integer DEFAULT 1 NOT NULL,
	"coupon_id" integer,
	"provider" text NOT NULL,
	"provider_id" text DEFAULT '' NOT NULL,
	"country" text DEFAULT '' NOT NULL,
	"next" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"completed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "coupons" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "coupons_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"code" text NOT NULL,
	"percent" smallint,
	"amount" integer,
	"currency" char(3),
	"payments" smallint,
	"plan_ids" integer[] DEFAULT '{}'::integer[] NOT NULL,
	"limit" integer,
	"starts_at" timestamp with time zone,
	"ends_at" timestamp with time zone,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "customers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gifts" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "gifts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"checkout_id" integer UNIQUE,
	"buyer_id" integer,
	"plan_id" integer,
	"transaction_id" integer UNIQUE,
	"code_hash" text UNIQUE,
	"recipient_address" text DEFAULT '' NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"deliver_at" timestamp with time zone,
	"delivered_at" timestamp with time zone,
	"redeemed_by" integer,
	"redeemed_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "payment_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"event_id" text NOT NULL,
	"kind" text NOT NULL,
	"object_id" text DEFAULT '' NOT NULL,
	"occurred_at" timestamp(6) with time zone NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"origin" text DEFAULT 'webhook' NOT NULL,
	"body" text NOT NULL,
	"processed_at" timestamp with time zone,
	"outcome" text,
	"explanation" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provider_coupons" (
	"provider" text,
	"provider_id" text,
	"coupon_id" integer NOT NULL,
	CONSTRAINT "provider_coupons_pkey" PRIMARY KEY("provider","provider_id")
);
--> statement-breakpoint
CREATE TABLE "provider_prices" (
	"provider" text,
	"provider_id" text,
	"price_id" integer NOT NULL,
	CONSTRAINT "provider_prices_pkey" PRIMARY KEY("provider","provider_id")
);
--> statement-breakpoint
CREATE TABLE "reconciliations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reconciliations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"compared" integer DEFAULT 0 NOT NULL,
	"drift" jsonb DEFAULT '[]' NOT NULL,
	"error" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sandbox_objects" (
	"id" text PRIMARY KEY,
	"kind" text NOT NULL,
	"data" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "subscriptions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"provider_id" text NOT NULL,
	"customer_id" integer,
	"checkout_id" integer,
	"price_id" integer,
	"status" text NOT NULL,
	"quantity" integer DEFAULT 1 NOT NULL,
	"currency" char(3) NOT NULL,
	"amount" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"trial_ends_at" timestamp with time zone,
	"period_starts_at" timestamp with time zone,
	"period_ends_at" timestamp with time zone,
	"scheduled_action" text,
	"scheduled_at" timestamp with time zone,
	"past_due_since" timestamp with time zone,
	"paused_at" timestamp with time zone,
	"canceled_at" timestamp with time zone,
	"cancel_reason" text DEFAULT '' NOT NULL,
	"is_test" boolean DEFAULT false NOT NULL,
	"occurred_at" timestamp(6) with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transactions" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "transactions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"provider" text NOT NULL,
	"provider_id" text NOT NULL,
	"customer_id" integer,
	"checkout_id" integer,
	"subscription_provider_id" text,
	"price_id" integer,
	"plan_id" integer,
	"product_id" integer,
	"quantity" integer DEFAULT 1 NOT NULL,
	"status" text NOT NULL,
	"currency" char(3) NOT NULL,
	"total" integer NOT NULL,
	"tax" integer DEFAULT 0 NOT NULL,
	"discount" integer DEFAULT 0 NOT NULL,
	"country" text DEFAULT '' NOT NULL,
	"invoice_number" text DEFAULT '' NOT NULL,
	"period_starts_at" timestamp with time zone,
	"period_ends_at" timestamp with time zone,
	"billed_at" timestamp with time zone,
	"paid_at" timestamp with time zone,
	"is_test" boolean DEFAULT false NOT NULL,
	"occurred_at" timestamp(6) with time zone NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entitlements" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "entitlements_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"user_id" integer NOT NULL,
	"source" text NOT NULL,
	"source_key" text NOT NULL,
	"label" text NOT NULL,
	"plan_id" integer,
	"product_id" integer,
	"opens" integer[],
	"is_for_seats" boolean DEFAULT false NOT NULL,
	"seat_of" integer,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone,
	"paid_until" timestamp with time zone,
	"reason" text DEFAULT '' NOT NULL,
	"granted_by" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "plans_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slug" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"summary" text DEFAULT '' NOT NULL,
	"features" text[] DEFAULT '{}'::text[] NOT NULL,
	"kind" text DEFAULT 'subscription' NOT NULL,
	"interval" text,
	"trial_days" smallint DEFAULT 0 NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"is_offered" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prices" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "prices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"plan_id" integer,
	"product_id" integer,
	"currency" char(3) NOT NULL,
	"amount" integer NOT NULL,
	"countries" text[] DEFAULT '{}'::text[] NOT NULL,
	"is_offered" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "prices_one_thing" CHECK (num_nonnulls("plan_id", "product_id") = 1),
	CONSTRAINT "prices_amount" CHECK ("amount" > 0)
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "products_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"slug" text NOT NULL UNIQUE,
	"name" text NOT NULL,
	"summary" text DEFAULT '' NOT NULL,
	"opens" integer[] DEFAULT '{}'::integer[] NOT NULL,
	"is_offered" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "downloads" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "downloads_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" integer NOT NULL,
	"file_id" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_files" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "product_files_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"product_id" integer NOT NULL,
	"name" text NOT NULL,
	"storage_key" text NOT NULL,
	"content_type" text NOT NULL,
	"bytes" bigint NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "team_invitations" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "team_invitations_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"team_id" integer NOT NULL,
	"address" text NOT NULL,
	"role" text DEFAULT 'member' NOT NULL,
	"token_hash" text NOT NULL UNIQUE,
	"invited_by" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "team_members" (
	"team_id" integer,
	"user_id" integer,
	"role" text DEFAULT 'member' NOT NULL,
	"has_seat" boolean DEFAULT true NOT NULL,
	"joined_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "team_members_pkey" PRIMARY KEY("team_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "teams" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "teams_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"subscription_id" integer NOT NULL UNIQUE,
	"entitlement_id" integer,
	"seats" integer NOT NULL,
	"join_hash" text UNIQUE,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "adjustments_provider_provider_id_index" ON "adjustments" ("provider","provider_id");--> statement-breakpoint
CREATE INDEX "adjustments_provider_transaction_provider_id_index" ON "adjustments" ("provider","transaction_provider_id");--> statement-breakpoint
CREATE INDEX "checkouts_user_id_index" ON "checkouts" ("user_id");--> statement-breakpoint
CREATE INDEX "checkouts_price_id_index" ON "checkouts" ("price_id");--> statement-breakpoint
CREATE INDEX "checkouts_coupon_id_index" ON "checkouts" ("coupon_id");--> statement-breakpoint
CREATE INDEX "checkouts_provider_provider_id_index" ON "checkouts" ("provider","provider_id");--> statement-breakpoint
CREATE INDEX "checkouts_created_at_index" ON "checkouts" ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "coupons_code_unique" ON "coupons" (lower("code"));--> statement-breakpoint
CREATE UNIQUE INDEX "customers_provider_provider_id_index" ON "customers" ("provider","provider_id");--> statement-breakpoint
CREATE INDEX "customers_user_id_index" ON "customers" ("user_id");--> statement-breakpoint
CREATE INDEX "gifts_buyer_id_index" ON "gifts" ("buyer_id");--> statement-breakpoint
CREATE INDEX "gifts_redeemed_by_index" ON "gifts" ("redeemed_by");--> statement-breakpoint
CREATE INDEX "gifts_plan_id_index" ON "gifts" ("plan_id");--> statement-breakpoint
CREATE INDEX "gifts_deliver_at_index" ON "gifts" ("deliver_at");--> statement-breakpoint
CREATE UNIQUE INDEX "payment_events_provider_event_id_index" ON "payment_events" ("provider","event_id");--> statement-breakpoint
CREATE INDEX "payment_events_object_id_index" ON "payment_events" ("object_id");--> statement-breakpoint
CREATE INDEX "payment_events_received_at_index" ON "payment_events" ("received_at");--> statement-breakpoint
CREATE INDEX "payment_events_id_index" ON "payment_events" ("id") WHERE processed_at is null;--> statement-breakpoint
CREATE INDEX "provider_coupons_coupon_id_index" ON "provider_coupons" ("coupon_id");--> statement-breakpoint
CREATE INDEX "provider_prices_price_id_index" ON "provider_prices" ("price_id");--> statement-breakpoint
CREATE INDEX "sandbox_objects_kind_updated_at_index" ON "sandbox_objects" ("kind","updated_at");--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_provider_provider_id_index" ON "subscriptions" ("provider","provider_id");--> statement-breakpoint
CREATE INDEX "subscriptions_customer_id_index" ON "subscriptions" ("customer_id");--> statement-breakpoint
CREATE INDEX "subscriptions_checkout_id_index" ON "subscriptions" ("checkout_id");--> statement-breakpoint
CREATE INDEX "subscriptions_price_id_index" ON "subscriptions" ("price_id");--> statement-breakpoint
CREATE INDEX "subscriptions_status_period_ends_at_index" ON "subscriptions" ("status","period_ends_at");--> statement-breakpoint
CREATE UNIQUE INDEX "transactions_provider_provider_id_index" ON "transactions" ("provider","provider_id");--> statement-breakpoint
CREATE INDEX "transactions_customer_id_index" ON "transactions" ("customer_id");--> statement-breakpoint
CREATE INDEX "transactions_checkout_id_index" ON "transactions" ("checkout_id");--> statement-breakpoint
CREATE INDEX "transactions_provider_subscription_provider_id_index" ON "transactions" ("provider","subscription_provider_id");--> statement-breakpoint
CREATE INDEX "transactions_price_id_index" ON "transactions" ("price_id");--> statement-breakpoint
CREATE INDEX "transactions_plan_id_index" ON "transactions" ("plan_id");--> statement-breakpoint
CREATE INDEX "transactions_product_id_index" ON "transactions" ("product_id");--> statement-breakpoint
CREATE INDEX "transactions_paid_at_index" ON "transactions" ("paid_at");--> statement-breakpoint
CREATE UNIQUE INDEX "entitlements_source_source_key_index" ON "entitlements" ("source","source_key");--> statement-breakpoint
CREATE INDEX "entitlements_user_id_index" ON "entitlements" ("user_id");--> statement-breakpoint
CREATE INDEX "entitlements_seat_of_index" ON "entitlements" ("seat_of");--> statement-breakpoint
CREATE INDEX "entitlements_plan_id_index" ON "entitlements" ("plan_id");--> statement-breakpoint
CREATE INDEX "entitlements_product_id_index" ON "entitlements" ("product_id");--> statement-breakpoint
CREATE INDEX "entitlements_granted_by_index" ON "entitlements" ("granted_by");--> statement-breakpoint
CREATE INDEX "prices_plan_id_index" ON "prices" ("plan_id");--> statement-breakpoint
CREATE INDEX "prices_product_id_index" ON "prices" ("product_id");--> statement-breakpoint
CREATE INDEX "downloads_user_id_index" ON "downloads" ("user_id");--> statement-breakpoint
CREATE INDEX "downloads_file_id_index" ON "downloads" ("file_id");--> statement-breakpoint
CREATE INDEX "product_files_product_id_index" ON "product_files" ("product_id");--> statement-breakpoint
CREATE INDEX "team_invitations_team_id_index" ON "team_invitations" ("team_id");--> statement-breakpoint
CREATE INDEX "team_invitations_invited_by_index" ON "team_invitations" ("invited_by");--> statement-breakpoint
CREATE INDEX "team_members_user_id_index" ON "team_members" ("user_id");--> statement-breakpoint
CREATE INDEX "teams_entitlement_id_index" ON "teams" ("entitlement_id");--> statement-breakpoint
ALTER TABLE "deletion_holds" ADD CONSTRAINT "deletion_holds_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "checkouts" ADD CONSTRAINT "checkouts_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "checkouts" ADD CONSTRAINT "checkouts_price_id_prices_id_fkey" FOREIGN KEY ("price_id") REFERENCES "prices"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "checkouts" ADD CONSTRAINT "checkouts_coupon_id_coupons_id_fkey" FOREIGN KEY ("coupon_id") REFERENCES "coupons"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_checkout_id_checkouts_id_fkey" FOREIGN KEY ("checkout_id") REFERENCES "checkouts"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_buyer_id_users_id_fkey" FOREIGN KEY ("buyer_id") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_plan_id_plans_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plans"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_transaction_id_transactions_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "transactions"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "gifts" ADD CONSTRAINT "gifts_redeemed_by_users_id_fkey" FOREIGN KEY ("redeemed_by") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "provider_coupons" ADD CONSTRAINT "provider_coupons_coupon_id_coupons_id_fkey" FOREIGN KEY ("coupon_id") REFERENCES "coupons"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "provider_prices" ADD CONSTRAINT "provider_prices_price_id_prices_id_fkey" FOREIGN KEY ("price_id") REFERENCES "prices"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_customer_id_customers_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_checkout_id_checkouts_id_fkey" FOREIGN KEY ("checkout_id") REFERENCES "checkouts"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_price_id_prices_id_fkey" FOREIGN KEY ("price_id") REFERENCES "prices"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_customer_id_customers_id_fkey" FOREIGN KEY ("customer_id") REFERENCES "customers"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_checkout_id_checkouts_id_fkey" FOREIGN KEY ("checkout_id") REFERENCES "checkouts"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_price_id_prices_id_fkey" FOREIGN KEY ("price_id") REFERENCES "prices"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_plan_id_plans_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plans"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "transactions" ADD CONSTRAINT "transactions_product_id_products_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "entitlements" ADD CONSTRAINT "entitlements_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "entitlements" ADD CONSTRAINT "entitlements_plan_id_plans_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plans"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "entitlements" ADD CONSTRAINT "entitlements_product_id_products_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "entitlements" ADD CONSTRAINT "entitlements_seat_of_entitlements_id_fkey" FOREIGN KEY ("seat_of") REFERENCES "entitlements"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "entitlements" ADD CONSTRAINT "entitlements_granted_by_users_id_fkey" FOREIGN KEY ("granted_by") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_plan_id_plans_id_fkey" FOREIGN KEY ("plan_id") REFERENCES "plans"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_product_id_products_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "downloads" ADD CONSTRAINT "downloads_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "downloads" ADD CONSTRAINT "downloads_file_id_product_files_id_fkey" FOREIGN KEY ("file_id") REFERENCES "product_files"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "product_files" ADD CONSTRAINT "product_files_product_id_products_id_fkey" FOREIGN KEY ("product_id") REFERENCES "products"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "team_invitations" ADD CONSTRAINT "team_invitations_team_id_teams_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "team_invitations" ADD CONSTRAINT "team_invitations_invited_by_users_id_fkey" FOREIGN KEY ("invited_by") REFERENCES "users"("id") ON DELETE SET NULL;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_team_id_teams_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "team_members" ADD CONSTRAINT "team_members_user_id_users_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_subscription_id_subscriptions_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscriptions"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "teams" ADD CONSTRAINT "teams_entitlement_id_entitlements_id_fkey" FOREIGN KEY ("entitlement_id") REFERENCES "entitlements"("id") ON DELETE SET NULL;--> statement-breakpoint
INSERT INTO "role_permissions" ("role_id", "permission")
SELECT r.id, p.permission FROM "roles" r CROSS JOIN (VALUES
	('admin', 'members.view'),
	('admin', 'members.manage'),
	('admin', 'payments.manage'),
	('admin', 'numbers.view'),
	('support', 'members.view')
) AS p(role, permission) WHERE r.name = p.role
ON CONFLICT DO NOTHING;
