CREATE TABLE "notebook_packages" (
	"notebook_id" uuid NOT NULL,
	"name" text NOT NULL,
	"requirement" text NOT NULL,
	"version" text,
	"added_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notebook_packages_notebook_id_name_pk" PRIMARY KEY("notebook_id","name")
);
--> statement-breakpoint
ALTER TABLE "computes" ADD COLUMN "memory_mb" integer;--> statement-breakpoint
ALTER TABLE "computes" ADD COLUMN "cores" integer;--> statement-breakpoint
ALTER TABLE "computes" ADD COLUMN "idle_minutes" integer;--> statement-breakpoint
ALTER TABLE "kernels" ADD COLUMN "limit_bytes" bigint;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "parameters" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "environment" jsonb;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "rerun_of" uuid;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "queue_rank" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "timeout_seconds" integer;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cell_timeout_seconds" integer;--> statement-breakpoint
ALTER TABLE "notebook_packages" ADD CONSTRAINT "notebook_packages_notebook_id_notebooks_id_fk" FOREIGN KEY ("notebook_id") REFERENCES "public"."notebooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notebook_packages" ADD CONSTRAINT "notebook_packages_added_by_user_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."user"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_rerun_of_runs_id_fk" FOREIGN KEY ("rerun_of") REFERENCES "public"."runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "computes" ADD CONSTRAINT "computes_limits" CHECK ("computes"."memory_mb" >= 512 and "computes"."cores" >= 1 and "computes"."idle_minutes" >= 1);--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_timeouts" CHECK ("runs"."timeout_seconds" > 0 and "runs"."cell_timeout_seconds" > 0);