"""The command line: reads arguments, calls one use case, prints one report. It holds no rules."""
