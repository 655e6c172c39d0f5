"""The web process: the patient API and the chat page.

`bot.web.app.create_app` builds the Flask application, `python -m bot.web` serves it.
"""
