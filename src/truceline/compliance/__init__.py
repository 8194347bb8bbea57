"""Sets each incident beside each term, says kept, broken, cannot be judged or not in force, and why."""
