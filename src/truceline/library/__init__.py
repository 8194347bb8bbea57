"""Data only: shipped agreements, golden cases."""
