CREATE TABLE "imported_files" (
	"folder" text,
	"file" text,
	"entry_id" integer NOT NULL,
	"fingerprint" text NOT NULL,
	"imported_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "imported_files_pkey" PRIMARY KEY("folder","file")
);
--> statement-breakpoint
CREATE INDEX "imported_files_entry_id_index" ON "imported_files" ("entry_id");--> statement-breakpoint
ALTER TABLE "imported_files" ADD CONSTRAINT "imported_files_entry_id_entries_id_fkey" FOREIGN KEY ("entry_id") REFERENCES "entries"("id") ON DELETE CASCADE;