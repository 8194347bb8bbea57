"""The flows, each of which reads as a sentence and names the ports that it needs."""
