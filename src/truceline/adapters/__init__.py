"""The outside world: feeds, documents, stores, the clock; each fulfils a port of the use cases."""
