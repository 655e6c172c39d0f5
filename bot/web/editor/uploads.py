"""Bringing in a file: it is streamed to the disk, read elsewhere, and fetched as a form when it is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from bot.web.auth import me
from bot.web.editor import gate
from bot.web.editor.article import to_article
from bot.web.editor.parts import editing, parts
from bot.web.editor.reading import TooManyFiles, safe_name
from bot.web.errors import Problem
from bot.web.inputs import is_storable, takes
from bot.web.limits import UPLOADS
from bot.web.services import services
from knowledge.importing import Limits
from knowledge.store.model import ReadState, Upload

blueprint = Blueprint("editor_uploads", __name__, url_prefix="/editor/api/uploads")

FILE_LIMIT = Limits().file_bytes
_SLICE = 65_536
_NAME_LIMIT = 400


@blueprint.post("")
@takes(FILE_LIMIT, "file_too_large")
@gate.editors
def upload() -> tuple[Response, int]:
    """The file is the body, its name is `name`. 202 with the upload's id; ask for it until it is done."""
    given = request.args.get("name", "")
    name = safe_name(given[:_NAME_LIMIT]) if is_storable(given) else ""
    if not name:
        raise Problem(400, "file_name_missing")
    reading, account = parts().reading, me().id
    services().limits.check(UPLOADS, f"account {account}")
    try:
        folder = reading.folder(account)
    except TooManyFiles as error:
        raise Problem(429, "too_many_files", retry_after=5) from error
    try:
        _store(folder / name)
        started = reading.start(account, folder / name, name)
    except BaseException:
        reading.discard(folder)
        raise
    gate.record("document_upload", name)
    return jsonify(_told(started)), 202


@blueprint.get("/<upload_id>")
@gate.editors
def progress(upload_id: str) -> Response:
    """How far it is; the document as a form when it is done."""
    found = parts().reading.find(me().id, upload_id) if upload_id.isprintable() else None
    if found is None:
        raise Problem(404, "upload_gone")
    told = _told(found)
    if found.state is ReadState.DONE and found.document is not None:
        document = found.document
        told["article"] = editing().think(lambda: to_article(document))
        told["taken"] = editing().run(lambda store: store.revisions.status(document.slug)) is not None
    return jsonify(told)


def _store(file: Path) -> None:
    """Writes the body to the disk slice by slice; the browser and the loop have their turn in between."""
    try:
        with file.open("wb") as output:
            while piece := request.stream.read(_SLICE):
                output.write(piece)
            arrived = output.tell()
    except RequestEntityTooLarge as error:
        raise Problem(413, "file_too_large") from error
    except (ClientDisconnected, OSError) as error:
        raise Problem(400, "upload_broken") from error
    if arrived > FILE_LIMIT or (request.content_length is None and arrived == FILE_LIMIT):
        raise Problem(413, "file_too_large")  # sent in pieces, and cut off at the limit


def _told(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "name": upload.file_name,
        "state": upload.state.value,
        "ahead": upload.ahead,
        "message": upload.refusal,
    }
