"""Findings become documents: values in, text out."""
