"""The embedded compute: one Spark Connect server of this machine, for one workspace."""
