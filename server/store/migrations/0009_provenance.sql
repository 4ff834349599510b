CREATE TABLE "cell_inputs" (
	"run_id" uuid NOT NULL,
	"cell_id" text NOT NULL,
	"inputs" jsonb NOT NULL,
	CONSTRAINT "cell_inputs_run_id_cell_id_pk" PRIMARY KEY("run_id","cell_id")
);
--> statement-breakpoint
CREATE TABLE "run_pins" (
	"run_id" uuid PRIMARY KEY NOT NULL,
	"pins" jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "cell_inputs" ADD CONSTRAINT "cell_inputs_run_id_cell_id_run_cells_run_id_cell_id_fk" FOREIGN KEY ("run_id","cell_id") REFERENCES "public"."run_cells"("run_id","cell_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run_pins" ADD CONSTRAINT "run_pins_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;