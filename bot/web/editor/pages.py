"""The pages themselves: templates whose scripts fetch the rest."""

from __future__ import annotations

from flask import Blueprint, render_template

from bot.web.auth import me
from bot.web.editor import gate, inputs
from bot.web.editor.uploads import FILE_LIMIT
from bot.web.services import services

blueprint = Blueprint("editor", __name__, url_prefix="/editor")
"""All pages of editors. Other modules add theirs, so that every endpoint is called `editor.…`."""


@blueprint.get("")
@gate.editors
def page() -> str:
    """All documents."""
    return render_template("editor_documents.html")


@blueprint.get("/new")
@gate.editors
def new() -> str:
    """A new document: written here, or brought in as a file."""
    return render_template("editor_new.html", me=me(), file_limit=FILE_LIMIT, clinic=_clinic())


@blueprint.get("/documents/<slug>")
@gate.editors
def document(slug: str) -> str:
    """One document to work on."""
    return render_template("editor_document.html", me=me(), slug=inputs.slug(slug), clinic=_clinic())


@blueprint.get("/documents/<slug>/history")
@gate.editors
def history(slug: str) -> str:
    """Its revisions, and any two of them side by side."""
    return render_template("editor_history.html", slug=inputs.slug(slug))


@blueprint.get("/documents/<slug>/revisions/<int(max=2147483647):number>")
@gate.readers
def revision(slug: str, number: int) -> str:
    """A revision as it was; #KEY leads to one of its passages."""
    return render_template("editor_revision.html", slug=inputs.slug(slug), number=number)


def _clinic() -> str:
    return services().settings.clinic_name
