"""Plays a mission forward from a seed: truth, watchers, reports; and scores what was found against the truth."""
