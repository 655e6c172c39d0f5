"""Sentences in, vectors out: the encoder of every process that answers.

It loads the small ONNX file that `knowledge.encoder_export` made, with onnxruntime and tokenizers
alone, so a process is ready in a fraction of a second and needs about 110 MB instead of PyTorch's
1,000. Rasa (Python 3.10) imports this very module for its featurizer; keep it on numpy, onnxruntime,
tokenizers and the standard library, and on Python 3.10's grammar.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

DIMENSION = 768
MAX_TOKENS = 256
OVERLAP = 32
MODEL_FILE = "model_int8.onnx"
WEIGHTS_FILE = "model_int8.weights"
TOKENIZER_FILE = "tokenizer.json"
FILES = (MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE)
MANIFEST_FILE = "manifest.json"
MODEL_NAME = "all-mpnet-base-v2-int8"


@dataclass(frozen=True)
class Encoded:
    """What the model made of one text: the contextual vectors of its tokens, just as they came out.

    One message is read by three processes. The first hands this on with its request, and the others do not
    run the model again; where it is missing, or of another encoder, they do.
    """

    encoder: str
    ids: tuple[int, ...]
    rows: NDArray[np.float32]

    def to_json(self) -> dict[str, object]:
        """In a form that `from_json` gives back bit for bit."""
        packed = base64.b64encode(self.rows.astype(np.float16).tobytes()).decode("ascii")
        return {"encoder": self.encoder, "ids": list(self.ids), "rows": packed}

    @classmethod
    def from_json(cls, data: object) -> Encoded | None:
        """What `to_json` wrote; None for anything else."""
        if not isinstance(data, dict):
            return None
        encoder, ids, packed = data.get("encoder"), data.get("ids"), data.get("rows")
        if not (isinstance(encoder, str) and isinstance(ids, list) and isinstance(packed, str)):
            return None
        if not 0 < len(ids) <= MOST_HANDED_ON or not all(type(each) is int for each in ids):
            return None
        try:
            rows = np.frombuffer(base64.b64decode(packed, validate=True), dtype=np.float16).astype(np.float32)
        except (binascii.Error, ValueError):
            return None
        if rows.size != len(ids) * DIMENSION or not np.isfinite(rows).all():
            return None
        return cls(encoder, tuple(ids), rows.reshape(len(ids), DIMENSION))


class Latest:
    """What this process encoded last, or was handed; the oldest is forgotten first. Safe between threads."""

    def __init__(self, most: int = 128) -> None:
        self._most = most
        self._by_ids: OrderedDict[tuple[str, tuple[int, ...]], Encoded] = OrderedDict()
        self._by_text: OrderedDict[str, Encoded] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, encoded: Encoded) -> None:
        """Keep it for texts that have these tokens."""
        with self._lock:
            self._by_ids[encoded.encoder, encoded.ids] = encoded
            while len(self._by_ids) > self._most:
                self._by_ids.popitem(last=False)

    def accept(self, data: object) -> None:
        """Keep what another process handed on as JSON, if it is sound."""
        if encoded := Encoded.from_json(data):
            self.put(encoded)

    def find(self, encoder: str, ids: tuple[int, ...]) -> Encoded | None:
        """What that encoder made of these tokens, if it is still known."""
        return self._by_ids.get((encoder, ids))

    def name(self, text: str, encoded: Encoded) -> None:
        """Remember what a text was encoded as."""
        with self._lock:
            self._by_text[text] = encoded
            while len(self._by_text) > self._most:
                self._by_text.popitem(last=False)

    def take(self, text: str) -> Encoded | None:
        """To hand on: what this very text was encoded as, if it is still known. The text is forgotten."""
        with self._lock:
            return self._by_text.pop(text, None)


MOST_HANDED_ON = 48
"""Tokens of a text that is handed on (1.5 KB each): nearly every message; longer ones are encoded again."""
LATEST = Latest()
"""One for the process: whoever hands on what was encoded need not know the encoder."""


class EncoderError(RuntimeError):
    """The encoder's files are missing, damaged or unreadable; the message says what to do."""


class Encoder:
    """The encoder, safe to share between threads; `opened` gives all of a process the same one.

    `model_dir` is the folder `knowledge.encoder_export` wrote; `threads` is how many texts of one call
    are read at the same time, each on a core. Raises `EncoderError` when a file is missing or differs from
    the folder's manifest.
    """

    def __init__(self, model_dir: Path, threads: int = 1) -> None:
        checksums = verified_files(model_dir)
        self._threads = threads
        self.identity = f"{MODEL_NAME}@{checksums[WEIGHTS_FILE][:12]}"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(
                str(model_dir / MODEL_FILE), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(model_dir / TOKENIZER_FILE))
        except Exception as error:  # both libraries raise bare or private exception types
            raise EncoderError(
                f"The encoder in {model_dir} cannot be opened ({error}). Export it again with "
                f"'python -m knowledge.encoder_export {model_dir}'."
            ) from error
        # The tokenizer file asks for fixed padding to 128: wasted work for a ten-word question.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._windows = Tokenizer.from_str(self._tokenizer.to_str())
        self._windows.enable_truncation(MAX_TOKENS, stride=OVERLAP)
        self._inputs = [entry.name for entry in self._session.get_inputs()]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit-length row of 768 numbers per text, in the order given.

        Texts longer than 256 tokens are cut there. Each text is run on its own: dynamic int8 takes
        its scale from everything in the call, so a text's vector would otherwise depend on its
        neighbours, and a cached vector would differ from a fresh one.
        """
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        if self._threads == 1 or len(texts) == 1:
            for row, text in enumerate(texts):
                vectors[row] = self._encode_one(text)
            return vectors
        # The model computes outside Python's lock, so each thread has a core.
        with ThreadPoolExecutor(self._threads, thread_name_prefix="encode") as pool:
            for row, vector in enumerate(pool.map(self._encode_one, texts)):
                vectors[row] = vector
        return vectors

    def encode_tokens(self, text: str) -> tuple[NDArray[np.float32], list[str], NDArray[np.float32]]:
        """One text as a whole and word by word.

        Returns its unit-length vector (768), its tokens, and their contextual vectors, one unit-length
        row each. A text longer than 256 tokens is read in overlapping windows, and the first window
        stands for the whole. Used to compare a question with a passage token by token
        ("late interaction", Khattab and Zaharia, SIGIR 2020).
        """
        encoding = self._windows.encode(_clean(text))
        rows = [self._encoded(window).rows for window in (encoding, *encoding.overflowing)]
        names = [name for window in (encoding, *encoding.overflowing) for name in window.tokens]
        tokens = np.concatenate(rows)
        lengths = np.linalg.norm(tokens, axis=1, keepdims=True)
        return _pooled(rows[0]), names, tokens / np.maximum(lengths, 1e-9)

    def is_word(self, word: str) -> bool:
        """Whether the encoder knows a lower-case word as one, not only by its pieces."""
        return self._tokenizer.token_to_id(word) is not None

    def _encode_one(self, text: str) -> NDArray[np.float32]:
        """Mean of the token vectors, scaled to length one."""
        encoded = self._encoded(self._tokenizer.encode(_clean(text)))
        if len(encoded.ids) <= MOST_HANDED_ON:
            LATEST.name(text, encoded)
        return _pooled(encoded.rows)

    def _encoded(self, encoding: Encoding) -> Encoded:
        """One window; the model runs only for what is not known yet."""
        ids = tuple(encoding.ids)
        encoded = LATEST.find(self.identity, ids)
        if encoded is None:
            encoded = Encoded(self.identity, ids, self._run(encoding))
            if len(ids) <= MOST_HANDED_ON:
                LATEST.put(encoded)
        return encoded

    def _run(self, encoding: Encoding) -> NDArray[np.float32]:
        """The contextual vectors of one window's tokens, shape (tokens, 768)."""
        feed: dict[str, Any] = {
            "input_ids": np.array([encoding.ids], dtype=np.int64),
            "attention_mask": np.array([encoding.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([encoding.type_ids], dtype=np.int64),
        }
        (tokens, *_) = self._session.run(None, {name: feed[name] for name in self._inputs})
        # Halves are what is handed on: every process must compute with the same numbers.
        found: NDArray[np.float32] = tokens[0].astype(np.float16).astype(np.float32)
        return found


_opened: WeakValueDictionary[tuple[Path, str], Encoder] = WeakValueDictionary()
_opening = threading.Lock()


def opened(model_dir: Path) -> Encoder:
    """The encoder in a folder: the one that this process has open already, while anybody still holds it.

    Raises `EncoderError` as `Encoder` does.
    """
    try:
        manifest = (model_dir / MANIFEST_FILE).read_text(encoding="utf-8")
    except (OSError, ValueError):
        manifest = ""  # opening it says what is wrong
    with _opening:
        encoder = _opened.get((model_dir, manifest))
        if encoder is None:
            encoder = _opened[model_dir, manifest] = Encoder(model_dir)
        return encoder


def _clean(text: str) -> str:
    # A lone surrogate is not valid text; the tokenizer would raise, a question mark is harmless.
    return text.encode("utf-8", "replace").decode("utf-8")


def _pooled(tokens: NDArray[np.float32]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = tokens.mean(axis=0)  # no padding, so every token counts
    length = float(np.linalg.norm(mean))
    return mean / length if length > 0 else mean


def verified_files(model_dir: Path) -> dict[str, str]:
    """Check the folder against its manifest; return file name → SHA-256.

    Raises `EncoderError` with a sentence when the manifest or a file is missing or does not match.
    """
    advice = f"Export the encoder again with 'python -m knowledge.encoder_export {model_dir}'."
    try:
        files = json.loads((model_dir / MANIFEST_FILE).read_text(encoding="utf-8"))["files"]
        checksums = {name: str(files[name]) for name in FILES}
    except FileNotFoundError as error:
        raise EncoderError(f"There is no encoder in {model_dir}. {advice}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"The encoder's manifest in {model_dir} cannot be read. {advice}") from error
    for name, expected in checksums.items():
        try:
            actual = file_checksum(model_dir / name)
        except OSError as error:
            raise EncoderError(f"The encoder's file {name} is missing in {model_dir}. {advice}") from error
        if actual != expected:
            raise EncoderError(f"The encoder's file {name} in {model_dir} is damaged. {advice}")
    return checksums


def file_checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
