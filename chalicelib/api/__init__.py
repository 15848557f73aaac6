"""The doors: HTTP in, the flows' answers out. Wire names live here and nowhere else."""
