"""What the accounts module refuses, as errors of the API."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from bot.accounts.errors import AccountError, TooManyAttempts

_STATUS = {
    "wrong_password": 403,
    "too_many_attempts": 429,
    "invitation_gone": 410,
    "account_not_found": 404,
    "login_taken": 409,
    "last_administrator": 409,
}


def init_app(app: Flask) -> None:
    """Answers every refusal with its own code and sentence."""
    app.register_error_handler(AccountError, _answer)


def _answer(refusal: AccountError) -> Response:
    response = jsonify({"error": {"code": refusal.code, "message": str(refusal)}})
    response.status_code = _STATUS.get(refusal.code, 400)
    if isinstance(refusal, TooManyAttempts):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
