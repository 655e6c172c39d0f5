"""What gunicorn loads in each worker: the application, with its turn runner at work."""

from __future__ import annotations

import logging

from bot.settings import BotSettings
from bot.web.app import create_app
from bot.web.services import EXTENSION

_settings = BotSettings.from_environment()
logging.basicConfig(level=_settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")

app = create_app(_settings)
app.extensions[EXTENSION].runner.start()
