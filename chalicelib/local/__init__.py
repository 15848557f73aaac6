"""The desk: what `make run` adds, and a deployment must not have. It shows codes to anybody."""
