"""One file that holds several named arrays, written once and never changed.

A magic word, the length of the header, the header (JSON: for each array its type, shape and place), then the
arrays, each at a multiple of 64 bytes. Nothing here checks for damage: `knowledge.snapshot` compares the
file's SHA-256 before anything in it is opened.
"""

from __future__ import annotations

import json
import os
import struct
import weakref
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"NKBOTCO1"
_ALIGN = 64
_PREFIX = struct.Struct("<8sQ")

Columns = Mapping[str, NDArray[Any]]


def write_columns(path: Path, columns: Columns) -> None:
    """Write the arrays into a new file and force it to disk. The same arrays give the same bytes."""
    arrays = {name: np.ascontiguousarray(column) for name, column in columns.items()}
    placed, at = {}, 0
    for name, array in arrays.items():
        placed[name] = [array.dtype.str, list(array.shape), at]
        at += _rounded(array.nbytes)
    header = json.dumps(placed, separators=(",", ":")).encode()
    header = header.ljust(_rounded(_PREFIX.size + len(header)) - _PREFIX.size)
    with path.open("xb") as file:
        file.write(_PREFIX.pack(_MAGIC, len(header)) + header)
        for array in arrays.values():
            file.write(_bytes(array))
            file.write(bytes(_rounded(array.nbytes) - array.nbytes))
        file.flush()
        os.fsync(file.fileno())


def read_columns(path: Path, leave: Collection[str] = (), from_bytes: int = 0) -> dict[str, Any]:
    """The arrays of a file, read into memory.

    Those named in `leave` that have at least `from_bytes` bytes stay on disk: they come as `RowsOnDisk`. Raises
    OSError or ValueError where the file is not one that `write_columns` wrote.
    """
    with path.open("rb") as file:
        magic, length = _PREFIX.unpack(file.read(_PREFIX.size))
        if magic != _MAGIC:
            raise ValueError(f"{path.name} is not a file of columns.")
        placed = json.loads(file.read(length))
        found: dict[str, Any] = {}
        for name, (kind, shape, at) in placed.items():
            dtype, count = np.dtype(kind), int(np.prod(shape))
            start = _PREFIX.size + length + at
            if name in leave and count * dtype.itemsize >= max(from_bytes, 1):
                found[name] = RowsOnDisk(path, dtype, (shape[0], shape[1]), start)
                continue
            file.seek(start)
            column = np.empty(count, dtype=dtype)
            if file.readinto(_bytes(column)) != column.nbytes:
                raise ValueError(f"{path.name} is too short.")
            found[name] = column.reshape(shape)
        return found


class RowsOnDisk:
    """A table that stays in its file; rows are read when they are asked for, by slice.

    Read, not mapped into memory: a file that somebody cuts short is then an OSError and not the end of the
    process. Deleting the file does no harm, it is held open. Safe between threads.
    """

    def __init__(self, path: Path, dtype: np.dtype[Any], shape: tuple[int, int], start: int) -> None:
        self.dtype, self.shape = dtype, shape
        self._start = start
        self._name = path.name
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._file)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """The rows of a slice without a step."""
        first, last, _ = rows.indices(len(self))
        width = self.shape[1] * self.dtype.itemsize
        wanted = max(last - first, 0) * width
        read = os.pread(self._file, wanted, self._start + first * width)
        if len(read) != wanted:
            raise OSError(f"{self._name} was cut short while it was in use.")
        return np.frombuffer(read, dtype=self.dtype).reshape(-1, self.shape[1])


def _bytes(array: NDArray[Any]) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]


def _rounded(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN


# Texts in columns


def pack_texts(texts: Collection[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All texts in one array of bytes, and where each begins and the last one ends."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    starts = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in encoded], out=starts[1:])
    return np.frombuffer(b"".join(encoded), dtype=np.uint8), starts


def text_at(packed: NDArray[np.uint8], starts: NDArray[np.int64], number: int) -> str:
    """One of the texts that `pack_texts` packed."""
    return packed[starts[number] : starts[number + 1]].tobytes().decode("utf-8", "surrogatepass")
