SET LOCAL lock_timeout = '3s';--> statement-breakpoint
LOCK TABLE "kernels" IN SHARE MODE;--> statement-breakpoint
CREATE INDEX "kernels_own" ON "kernels" USING btree ("notebook_id","started_at") WHERE "kernels"."run_id" is null;--> statement-breakpoint
CREATE INDEX "kernels_host" ON "kernels" USING btree ("host") WHERE "kernels"."ended_at" is null;
