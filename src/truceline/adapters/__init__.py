"""The outside world: documents, feeds, stores, typesetting, the clock; each fulfils a port."""
