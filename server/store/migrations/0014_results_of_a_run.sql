SET LOCAL lock_timeout = '3s';--> statement-breakpoint
LOCK TABLE "results" IN SHARE MODE;--> statement-breakpoint
CREATE INDEX "results_run" ON "results" USING btree ("run_id","cell_id");
