"""Time with precision, place with uncertainty, source, marking, coverage, and errors that say what to do next."""
