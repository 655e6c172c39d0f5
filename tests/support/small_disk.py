"""A small disk of its own, to be filled."""

from __future__ import annotations

import subprocess
from pathlib import Path


class DiskRefused(Exception):
    """There can be none here."""


class Disk:
    """A small disk of its own, in memory. Needs the right to mount."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True
        )
        if done.returncode != 0:
            raise DiskRefused("no right to mount a small disk here")
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Takes every byte that is free, and goes on taking what becomes free, until `empty`."""
        with self._ballast.open("ab", buffering=0) as file:
            size = 1 << 20
            while size:
                try:
                    file.write(b"x" * size)
                except OSError:
                    size //= 2

    def empty(self) -> None:
        """There is space again."""
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        """Takes the disk away, at once from sight, and wholly when nobody who is just ending uses it any more."""
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False)
