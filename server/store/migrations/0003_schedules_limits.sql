ALTER TABLE "schedules" ADD COLUMN "timeout_seconds" integer;--> statement-breakpoint
ALTER TABLE "schedules" ADD COLUMN "cell_timeout_seconds" integer;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_timeouts" CHECK ("schedules"."timeout_seconds" > 0 and "schedules"."cell_timeout_seconds" > 0);