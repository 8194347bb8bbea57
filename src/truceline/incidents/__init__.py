"""Observations and exposure become incidents: keyed to their source, cleared of echoes, corroborated."""
