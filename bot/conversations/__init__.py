"""The conversation log, the turn queue and ownership: what was said, and whose turn it is to speak.

Knows nothing of Flask or Rasa. The only module of `bot` that holds SQL.
"""
