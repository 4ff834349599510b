ALTER TABLE "results" ADD COLUMN "cut_by" text;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "whole_of" uuid;--> statement-breakpoint
ALTER TABLE "run_cells" ADD COLUMN "row_limit" integer DEFAULT 10000;--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results_whole_of_results_id_fk" FOREIGN KEY ("whole_of") REFERENCES "public"."results"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "results_whole" ON "results" USING btree ("whole_of") WHERE "results"."whole_of" is not null;--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results_cut" CHECK ("results"."cut_by" in ('rows', 'bytes'));--> statement-breakpoint
ALTER TABLE "run_cells" ADD CONSTRAINT "run_cells_row_limit" CHECK ("run_cells"."row_limit" > 0);