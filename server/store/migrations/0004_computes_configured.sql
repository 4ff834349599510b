ALTER TABLE "computes" ADD COLUMN "sealed_parameters" text;--> statement-breakpoint
ALTER TABLE "computes" ADD COLUMN "ui_url" text;--> statement-breakpoint
ALTER TABLE "computes" ADD COLUMN "is_given" boolean DEFAULT false NOT NULL;--> statement-breakpoint
UPDATE "computes" SET "is_given" = true WHERE "is_default";
