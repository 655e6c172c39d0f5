"""Makes the secrets that the processes share, readable by their owner only. Bare Python."""

from __future__ import annotations

import os
import secrets as random
from pathlib import Path

NAMES = ("secret_key", "internal_token")


def make_secrets(var: Path) -> None:
    """Make what is missing in `var/secrets`; what exists is kept, its permissions tightened."""
    folder = var / "secrets"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in NAMES:
        path = folder / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            path.chmod(0o600)
            continue
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(random.token_urlsafe(32) + "\n")
