"""What gunicorn loads in each worker: the application, with its turn runner at work."""

from __future__ import annotations

from bot.settings import BotSettings
from bot.web.app import create_app
from bot.web.services import EXTENSION
from knowledge import log_lines

_settings = BotSettings.from_environment()
log_lines.configure("web", _settings.log_level, _settings.log_format)

app = create_app(_settings)
app.extensions[EXTENSION].start()
