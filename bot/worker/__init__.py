"""The process beside the web process that does what no request waits for: `python -m bot.worker`.

It owns nothing: what is to be done stands in the database. It may be killed at any moment, and two of them may
run at the same time. Imports no Flask and no Rasa.
"""
