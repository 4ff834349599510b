CREATE TABLE "binned_data" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"workspace_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"path" text NOT NULL,
	"state" text DEFAULT 'moving' NOT NULL,
	"bytes" bigint,
	"deleted_by" text,
	"deleted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "binned_data_kind" CHECK ("binned_data"."kind" in ('table','file')),
	CONSTRAINT "binned_data_state" CHECK ("binned_data"."state" in ('moving','kept','restoring','removing'))
);
--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "results_keep_days" integer;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "results_keep_count" integer;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "pinned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "removed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "erased_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "binned_data" ADD CONSTRAINT "binned_data_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "binned_data" ADD CONSTRAINT "binned_data_deleted_by_user_id_fk" FOREIGN KEY ("deleted_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "binned_data_workspace" ON "binned_data" USING btree ("workspace_id","deleted_at");--> statement-breakpoint
CREATE INDEX "binned_data_path" ON "binned_data" USING btree ("workspace_id","path");--> statement-breakpoint
CREATE INDEX "results_to_erase" ON "results" USING btree ("workspace_id") WHERE "results"."removed_at" is not null and "results"."erased_at" is null;--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_retention" CHECK ("workspaces"."results_keep_days" > 0 and "workspaces"."results_keep_count" > 0);