"""The people who work with the assistant: accounts, sessions, invitations, and the record of what they did.

No Flask in here. The tables live in the same database as the conversation log.
"""
