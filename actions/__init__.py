"""Rasa custom actions, one a file: slots in, `procedures.answer()`, dispatcher out."""
