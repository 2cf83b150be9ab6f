CREATE TABLE "mail_events" (
	"id" text PRIMARY KEY,
	"type" text NOT NULL,
	"address" text NOT NULL,
	"reference" text NOT NULL,
	"detail" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_lists" (
	"name" text PRIMARY KEY,
	"title" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_mailbox" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mail_mailbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"sender" text NOT NULL,
	"recipient" text NOT NULL,
	"subject" text NOT NULL,
	"html" text NOT NULL,
	"text" text NOT NULL,
	"headers" jsonb NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_batches" (
	"id" uuid PRIMARY KEY,
	"mailing_id" integer NOT NULL,
	"size" integer NOT NULL,
	"state" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "mail_recipients" (
	"mailing_id" integer,
	"address" text,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"batch_id" uuid,
	"cap" integer DEFAULT 1000 NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_recipients_pkey" PRIMARY KEY("mailing_id","address")
);
--> statement-breakpoint
CREATE TABLE "mail_mailings" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mail_mailings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"key" text NOT NULL UNIQUE,
	"template" text NOT NULL,
	"list" text NOT NULL,
	"subject" text NOT NULL,
	"html" text NOT NULL,
	"text" text NOT NULL,
	"headers" jsonb NOT NULL,
	"candidates" integer NOT NULL,
	"prepared_at" timestamp with time zone DEFAULT now() NOT NULL,
	"stopped_because" text,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "mail_messages" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mail_messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"key" text UNIQUE,
	"template" text NOT NULL,
	"list" text,
	"address" text NOT NULL,
	"name" text NOT NULL,
	"subject" text NOT NULL,
	"html" text NOT NULL,
	"text" text NOT NULL,
	"headers" jsonb NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_opt_outs" (
	"address" text,
	"list" text,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_opt_outs_pkey" PRIMARY KEY("address","list")
);
--> statement-breakpoint
CREATE TABLE "mail_suppressions" (
	"address" text PRIMARY KEY,
	"reason" text NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_webhooks" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mail_webhooks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"hash" text NOT NULL UNIQUE,
	"body" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	"processed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "mail_events_reference_type_index" ON "mail_events" ("reference","type");--> statement-breakpoint
CREATE INDEX "mail_batches_mailing_id_state_index" ON "mail_batches" ("mailing_id","state");--> statement-breakpoint
CREATE INDEX "mail_recipients_mailing_id_cap_address_index" ON "mail_recipients" ("mailing_id","cap","address") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "mail_messages_state_index" ON "mail_messages" ("state") WHERE state in ('queued', 'sending', 'unknown');--> statement-breakpoint
CREATE INDEX "mail_messages_address_index" ON "mail_messages" ("address");--> statement-breakpoint
ALTER TABLE "mail_batches" ADD CONSTRAINT "mail_batches_mailing_id_mail_mailings_id_fkey" FOREIGN KEY ("mailing_id") REFERENCES "mail_mailings"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "mail_recipients" ADD CONSTRAINT "mail_recipients_mailing_id_mail_mailings_id_fkey" FOREIGN KEY ("mailing_id") REFERENCES "mail_mailings"("id") ON DELETE CASCADE;
