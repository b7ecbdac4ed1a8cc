"""The verbs of the Makefile that need Python: run, ask, chat, evaluate, bench, variants."""
