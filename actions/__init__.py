"""Rasa's custom actions: thin, flat, no torch. The action server is `python -m actions` (see `__main__`)."""
