-- All locks at once and before anything is looked at, since people may be at work: what they write meanwhile is in order.
-- A transaction that goes on for long (a Spark that starts) must not make everybody wait for it here: we try again (repeat-while-locked.ts).
SET LOCAL lock_timeout = '3s';--> statement-breakpoint
LOCK TABLE "kernels", "runs", "run_cells", "notebooks", "run_events", "outputs", "results", "document_updates", "document_snapshots", "notebook_versions", "comment_threads", "account", "apikey", "attempts", "binned_data", "computes", "dashboards", "imports", "shares", "ticks", "tiles", "uploads", "user", "workers", "workflow_run_steps", "workflow_runs", "workflow_steps", "workflows", "workspaces" IN ACCESS EXCLUSIVE MODE;--> statement-breakpoint
-- What no version is known to have written, and what a race could have left, is brought in order first: a migration must not fail on a row.
DELETE FROM "apikey" k WHERE NOT EXISTS (SELECT FROM "user" u WHERE u."id" = k."reference_id");--> statement-breakpoint
UPDATE "notebooks" n SET "compute_id" = NULL WHERE "compute_id" IS NOT NULL AND NOT EXISTS (SELECT FROM "computes" c WHERE c."id" = n."compute_id");--> statement-breakpoint
UPDATE "workflow_runs" r SET "rerun_of" = NULL WHERE "rerun_of" IS NOT NULL AND NOT EXISTS (SELECT FROM "workflow_runs" o WHERE o."id" = r."rerun_of");--> statement-breakpoint
UPDATE "computes" SET "is_given" = false WHERE "id" IN (SELECT "id" FROM (SELECT "id", row_number() OVER (PARTITION BY "workspace_id" ORDER BY "created_at", "id") AS n FROM "computes" WHERE "is_given") t WHERE n > 1);--> statement-breakpoint
UPDATE "binned_data" SET "state" = 'kept' WHERE "id" IN (SELECT "id" FROM (SELECT "id", row_number() OVER (PARTITION BY "workspace_id", "path" ORDER BY "state", "deleted_at", "id") AS n FROM "binned_data" WHERE "state" IN ('moving','restoring')) t WHERE n > 1);--> statement-breakpoint
UPDATE "binned_data" SET "bytes" = NULL WHERE "bytes" < 0;--> statement-breakpoint
UPDATE "workflow_steps" s SET "position" = t.n FROM (SELECT "workflow_id", "key", row_number() OVER (PARTITION BY "workflow_id" ORDER BY "position", "key") - 1 AS n FROM "workflow_steps") t WHERE t."workflow_id" = s."workflow_id" AND t."key" = s."key" AND t.n <> s."position";--> statement-breakpoint
UPDATE "comment_threads" SET "resolved_at" = now() WHERE "resolved_by" IS NOT NULL AND "resolved_at" IS NULL;--> statement-breakpoint
UPDATE "kernels" SET "ended_at" = "last_used_at" WHERE "ended_at" IS NULL AND "state" IN ('dead','stopped');--> statement-breakpoint
UPDATE "kernels" SET "state" = 'dead' WHERE "ended_at" IS NOT NULL AND "state" NOT IN ('dead','stopped');--> statement-breakpoint
UPDATE "shares" SET "kind" = CASE WHEN "notebook_id" IS NOT NULL THEN 'notebook' WHEN "dashboard_id" IS NOT NULL THEN 'dashboard' ELSE 'tile' END WHERE NOT (CASE "kind" WHEN 'notebook' THEN "notebook_id" IS NOT NULL WHEN 'dashboard' THEN "dashboard_id" IS NOT NULL WHEN 'tile' THEN "tile_id" IS NOT NULL ELSE false END);--> statement-breakpoint
UPDATE "tiles" SET "x" = least(greatest("x", 0), 12 - least(greatest("w", 1), 12)), "y" = greatest("y", 0), "w" = least(greatest("w", 1), 12), "h" = greatest("h", 1) WHERE "x" < 0 OR "y" < 0 OR "w" < 1 OR "h" < 1 OR "x" + "w" > 12;--> statement-breakpoint
UPDATE "tiles" SET "title" = left("title", 200) WHERE length("title") > 200;--> statement-breakpoint
UPDATE "dashboards" SET "title" = coalesce(nullif(left("title", 200), ''), 'Dashboard') WHERE length("title") NOT BETWEEN 1 AND 200;--> statement-breakpoint
UPDATE "workspaces" SET "name" = coalesce(nullif(left("name", 80), ''), "slug") WHERE length("name") NOT BETWEEN 1 AND 80;--> statement-breakpoint
UPDATE "results" SET "removed_at" = "erased_at" WHERE "erased_at" IS NOT NULL AND "removed_at" IS NULL;--> statement-breakpoint
UPDATE "ticks" SET "run_id" = NULL WHERE "run_id" IS NOT NULL AND "state" <> 'ran';--> statement-breakpoint
UPDATE "workflow_runs" SET "finished_at" = CASE WHEN "state" = 'running' THEN NULL ELSE "started_at" END WHERE ("finished_at" IS NOT NULL) <> ("state" <> 'running');--> statement-breakpoint
UPDATE "imports" SET "finished_at" = CASE WHEN "state" IN ('done','failed','cancelled') THEN "created_at" END WHERE ("finished_at" IS NOT NULL) <> ("state" IN ('done','failed','cancelled'));--> statement-breakpoint
UPDATE "imports" SET "fraction" = NULL WHERE "fraction" NOT BETWEEN 0 AND 1;--> statement-breakpoint
ALTER TABLE "apikey" ADD CONSTRAINT "apikey_reference_id_user_id_fk" FOREIGN KEY ("reference_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notebooks" ADD CONSTRAINT "notebooks_compute_id_computes_id_fk" FOREIGN KEY ("compute_id") REFERENCES "public"."computes"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_rerun_of_workflow_runs_id_fk" FOREIGN KEY ("rerun_of") REFERENCES "public"."workflow_runs"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "account_provider" ON "account" USING btree ("provider_id","account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "computes_given" ON "computes" USING btree ("workspace_id") WHERE "computes"."is_given";--> statement-breakpoint
CREATE UNIQUE INDEX "binned_data_on_the_way" ON "binned_data" USING btree ("workspace_id","path") WHERE "binned_data"."state" in ('moving','restoring');--> statement-breakpoint
CREATE INDEX "notebooks_compute" ON "notebooks" USING btree ("compute_id") WHERE "notebooks"."compute_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_steps_position" ON "workflow_steps" USING btree ("workflow_id","position");--> statement-breakpoint
CREATE INDEX "workflow_steps_notebook" ON "workflow_steps" USING btree ("notebook_id");--> statement-breakpoint
ALTER TABLE "apikey" ADD CONSTRAINT "apikey_counts" CHECK ("apikey"."request_count" >= 0 and "apikey"."remaining" >= 0);--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_count" CHECK ("attempts"."count" >= 0);--> statement-breakpoint
ALTER TABLE "comment_threads" ADD CONSTRAINT "comment_threads_resolved" CHECK ("comment_threads"."resolved_by" is null or "comment_threads"."resolved_at" is not null);--> statement-breakpoint
ALTER TABLE "computes" ADD CONSTRAINT "computes_name_length" CHECK (length("computes"."name") between 1 and 60);--> statement-breakpoint
ALTER TABLE "computes" ADD CONSTRAINT "computes_pid" CHECK ("computes"."pid" > 0);--> statement-breakpoint
ALTER TABLE "kernels" ADD CONSTRAINT "kernels_pid" CHECK ("kernels"."pid" > 0);--> statement-breakpoint
ALTER TABLE "kernels" ADD CONSTRAINT "kernels_bytes" CHECK ("kernels"."peak_bytes" >= 0 and "kernels"."limit_bytes" >= 0);--> statement-breakpoint
ALTER TABLE "kernels" ADD CONSTRAINT "kernels_ended" CHECK (("kernels"."ended_at" is not null) = ("kernels"."state" in ('dead','stopped')));--> statement-breakpoint
ALTER TABLE "workers" ADD CONSTRAINT "workers_pid" CHECK ("workers"."pid" > 0);--> statement-breakpoint
ALTER TABLE "dashboards" ADD CONSTRAINT "dashboards_title" CHECK (length("dashboards"."title") between 1 and 200);--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_kind" CHECK (("shares"."kind" = 'notebook' and "shares"."notebook_id" is not null) or ("shares"."kind" = 'dashboard' and "shares"."dashboard_id" is not null) or ("shares"."kind" = 'tile' and "shares"."tile_id" is not null));--> statement-breakpoint
ALTER TABLE "tiles" ADD CONSTRAINT "tiles_title" CHECK (length("tiles"."title") <= 200);--> statement-breakpoint
ALTER TABLE "tiles" ADD CONSTRAINT "tiles_place" CHECK ("tiles"."x" >= 0 and "tiles"."y" >= 0 and "tiles"."w" >= 1 and "tiles"."h" >= 1 and "tiles"."x" + "tiles"."w" <= 12);--> statement-breakpoint
ALTER TABLE "binned_data" ADD CONSTRAINT "binned_data_bytes" CHECK ("binned_data"."bytes" >= 0);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_name" CHECK (length("workspaces"."name") between 1 and 80);--> statement-breakpoint
ALTER TABLE "document_snapshots" ADD CONSTRAINT "document_snapshots_epoch" CHECK ("document_snapshots"."epoch" >= 1);--> statement-breakpoint
ALTER TABLE "document_snapshots" ADD CONSTRAINT "document_snapshots_encoding" CHECK ("document_snapshots"."encoding" in (1, 2));--> statement-breakpoint
ALTER TABLE "document_snapshots" ADD CONSTRAINT "document_snapshots_last_update" CHECK ("document_snapshots"."last_update_id" >= 0);--> statement-breakpoint
ALTER TABLE "document_updates" ADD CONSTRAINT "document_updates_epoch" CHECK ("document_updates"."epoch" >= 1);--> statement-breakpoint
ALTER TABLE "notebooks" ADD CONSTRAINT "notebooks_feed_seq" CHECK ("notebooks"."feed_seq" >= 0);--> statement-breakpoint
ALTER TABLE "notebook_versions" ADD CONSTRAINT "notebook_versions_epoch" CHECK ("notebook_versions"."epoch" >= 1);--> statement-breakpoint
ALTER TABLE "notebook_versions" ADD CONSTRAINT "notebook_versions_last_update" CHECK ("notebook_versions"."last_update_id" >= 0);--> statement-breakpoint
ALTER TABLE "outputs" ADD CONSTRAINT "outputs_seq" CHECK ("outputs"."seq" >= 1);--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results_version" CHECK ("results"."version" >= 0);--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results_whole_of_another" CHECK ("results"."whole_of" <> "results"."id");--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results_erased" CHECK ("results"."erased_at" is null or "results"."removed_at" is not null);--> statement-breakpoint
ALTER TABLE "run_cells" ADD CONSTRAINT "run_cells_position_positive" CHECK ("run_cells"."position" >= 0);--> statement-breakpoint
ALTER TABLE "run_cells" ADD CONSTRAINT "run_cells_kind" CHECK ("run_cells"."kind" in ('python','sql','markdown','chart','input'));--> statement-breakpoint
ALTER TABLE "run_cells" ADD CONSTRAINT "run_cells_execution_count" CHECK ("run_cells"."execution_count" >= 0);--> statement-breakpoint
ALTER TABLE "run_events" ADD CONSTRAINT "run_events_seq" CHECK ("run_events"."seq" >= 1);--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_attempts" CHECK ("runs"."attempt" >= 0 and "runs"."max_attempts" >= 1);--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_output_batch" CHECK ("runs"."output_batch" >= 0);--> statement-breakpoint
ALTER TABLE "ticks" ADD CONSTRAINT "ticks_run_of_ran" CHECK ("ticks"."run_id" is null or "ticks"."state" = 'ran');--> statement-breakpoint
ALTER TABLE "workflow_run_steps" ADD CONSTRAINT "workflow_run_steps_position" CHECK ("workflow_run_steps"."position" >= 0);--> statement-breakpoint
ALTER TABLE "workflow_runs" ADD CONSTRAINT "workflow_runs_finished" CHECK (("workflow_runs"."finished_at" is not null) = ("workflow_runs"."state" <> 'running'));--> statement-breakpoint
ALTER TABLE "workflow_steps" ADD CONSTRAINT "workflow_steps_position_positive" CHECK ("workflow_steps"."position" >= 0);--> statement-breakpoint
ALTER TABLE "workflows" ADD CONSTRAINT "workflows_name_length" CHECK (length("workflows"."name") between 1 and 100);--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_rows" CHECK ("imports"."rows" >= 0);--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_fraction" CHECK ("imports"."fraction" between 0 and 1);--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_finished" CHECK (("imports"."finished_at" is not null) = ("imports"."state" in ('done','failed','cancelled')));--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_name" CHECK (length("uploads"."name") between 1 and 255);--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_bytes" CHECK ("uploads"."bytes" > 0 and "uploads"."part_bytes" > 0);--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_head" CHECK ("uploads"."head" ~ '^[0-9a-f]{64}$');