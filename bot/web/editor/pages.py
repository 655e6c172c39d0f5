"""The pages themselves: templates whose scripts fetch the rest."""

from __future__ import annotations

from flask import Blueprint, render_template

from bot.web.editor import gate

blueprint = Blueprint("editor", __name__, url_prefix="/editor")
"""All pages of editors. Other modules add theirs, so that every endpoint is called `editor.…`."""


@blueprint.get("")
@gate.editors
def page() -> str:
    """All documents."""
    return render_template("editor_documents.html")
