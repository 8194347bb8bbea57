"""Readers: one module a kind of file, each turning rows into observations or exposures, or into rejected rows with a reason."""
