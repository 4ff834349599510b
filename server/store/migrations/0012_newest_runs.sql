-- As in 0011: the locks first and in the order in which runs are asked for, and tried again where somebody holds them for long.
-- A run's cells learn its notebook and its time here, row by row. Kernels are for 0013, which comes in the same transaction: asked for only there,
-- they would be held by whoever waits for a notebook meanwhile.
SET LOCAL lock_timeout = '3s';--> statement-breakpoint
LOCK TABLE "kernels", "runs", "run_cells", "notebooks" IN ACCESS EXCLUSIVE MODE;--> statement-breakpoint
ALTER TABLE "run_cells" ADD COLUMN "notebook_id" uuid;--> statement-breakpoint
ALTER TABLE "run_cells" ADD COLUMN "requested_at" timestamp with time zone;--> statement-breakpoint
UPDATE "run_cells" c SET "notebook_id" = r."notebook_id", "requested_at" = r."requested_at" FROM "runs" r WHERE r."id" = c."run_id";--> statement-breakpoint
ALTER TABLE "run_cells" ALTER COLUMN "notebook_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "run_cells" ALTER COLUMN "requested_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "run_cells" ADD CONSTRAINT "run_cells_notebook_id_notebooks_id_fk" FOREIGN KEY ("notebook_id") REFERENCES "public"."notebooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_cells_newest" ON "run_cells" USING btree ("notebook_id","cell_id","started_at" DESC NULLS LAST,"requested_at" DESC NULLS LAST,"run_id");--> statement-breakpoint
CREATE INDEX "run_cells_ended" ON "run_cells" USING btree ("notebook_id","cell_id","state","finished_at" DESC NULLS FIRST,"run_id") WHERE "run_cells"."started_at" is not null;--> statement-breakpoint
CREATE INDEX "runs_ended" ON "runs" USING btree ("notebook_id","finished_at");--> statement-breakpoint
-- Both are the run's for good, so no writer is asked for them: also a web process of before, which may run beside this.
CREATE FUNCTION run_cell_of_run() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN SELECT r.notebook_id, r.requested_at INTO NEW.notebook_id, NEW.requested_at FROM public.runs r WHERE r.id = NEW.run_id; RETURN NEW; END $$;
--> statement-breakpoint
CREATE TRIGGER run_cells_of_run BEFORE INSERT ON "run_cells" FOR EACH ROW EXECUTE FUNCTION run_cell_of_run();
