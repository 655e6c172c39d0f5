"""Make an exported encoder small and quick: 8-bit products, and 16-bit word vectors.

In: the float ONNX file of all-mpnet-base-v2. Out: a graph for onnxruntime whose matrix products run in whole
numbers with one scale for all activations ("dynamic" int8). A few channels of MPNet carry numbers ten to
a hundred times larger than the rest, which would then be rounded away (the cosine to the original falls to 0.84).
So these channels go a way of their own, in floating point, and are added (Dettmers et al., "LLM.int8()",
NeurIPS 2022). A question of 20 tokens then takes 17 ms on one core instead of 50, with a cosine of 0.997 at worst.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.encoder import EncoderError

if TYPE_CHECKING:
    import onnx

_HIDDEN = (461, 555, 568, 756)
"""The channels of the hidden state that are large in nearly every layer, whatever is said."""
_INNER = (
    (74, 1895, 2662, 2854),
    (1140, 1293, 13, 1644),
    (1751, 2246, 692, 2411),
    (2584, 1462, 587, 2792),
    (945, 2720, 1184, 2560),
    (2605, 512, 187, 764),
    (2644, 60, 601, 1122),
    (288, 916, 1505, 2509),
    (471, 255, 680, 529),
    (1893, 1490, 1223, 2975),
    (2662, 2779, 1276, 1159),
    (619, 3070, 485, 295),
)
"""For each layer the channels inside its feed-forward part that became largest over 400 patients' questions,
everyday sentences and paragraphs of our articles. The model is always the same (by its checksum), so these are, too."""


def shrink(exported: Path, work: Path) -> onnx.ModelProto:
    """The small model; `work` is a folder for what is made on the way.

    Raises `EncoderError` when the exported model is not built as expected.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(exported))
    products = _products(model)
    for product, channels in products.items():
        _part_large(model, product, channels)
    parted, small = work / "parted.onnx", work / "small.onnx"
    onnx.save(model, str(parted))
    # Unsigned weights: signed ones saturate on processors that have AVX2 or AVX-512 without VNNI, and
    # there the answers would silently differ. Unsigned ones compute exactly on every x86-64 and arm64.
    quantize_dynamic(
        parted,
        small,
        nodes_to_quantize=list(products),
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QUInt8,
        extra_options={"WeightSymmetric": False, "MatMulConstBOnly": True},
    )
    made = onnx.load(str(small))
    _halve_word_vectors(made)
    return made


def _products(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    """Names of the matrix products that have weights, each with the large channels of what goes in; six a layer."""
    found: dict[str, tuple[int, ...]] = {}
    for node in model.graph.node:
        if node.op_type != "MatMul":
            continue
        part = node.name.removesuffix("/MatMul")
        if part.endswith(("/q", "/k", "/v", "/intermediate/dense")):
            found[node.name] = _HIDDEN
        elif part.endswith("/output/dense"):
            found[node.name] = _INNER[sum(name.endswith("/output/dense/MatMul") for name in found)]
        elif part.endswith("/o"):
            found[node.name] = ()
    if len(found) != 6 * len(_INNER):
        raise EncoderError(
            "The exported model's layers have other names than expected; "
            "check the versions of sentence-transformers and optimum-onnx."
        )
    return found


def _part_large(model: onnx.ModelProto, name: str, channels: tuple[int, ...]) -> None:
    """Compute x·W as x′·W′ + x[channels]·W[channels]; x′ and W′ are zero at these channels."""
    from onnx import helper, numpy_helper

    if not channels:
        return
    graph = model.graph
    place, product = next((n, node) for n, node in enumerate(graph.node) if node.name == name)
    weights = next(entry for entry in graph.initializer if entry.name == product.input[1])
    matrix: NDArray[np.float32] = numpy_helper.to_array(weights).copy()
    large = matrix[list(channels)].copy()
    matrix[list(channels)] = 0
    weights.CopyFrom(numpy_helper.from_array(matrix, weights.name))
    keep = np.ones(len(matrix), dtype=np.float32)
    keep[list(channels)] = 0

    def constant(what: str, value: NDArray[np.float32] | NDArray[np.int64]) -> str:
        graph.initializer.append(numpy_helper.from_array(value, f"{name}/{what}"))
        return f"{name}/{what}"

    given, wanted = product.input[0], product.output[0]
    product.input[0], product.output[0] = f"{name}/small_in", f"{name}/small_out"
    before = helper.make_node("Mul", [given, constant("keep", keep)], [product.input[0]], name=f"{name}/keep")
    after = (
        helper.make_node(
            "Gather",
            [given, constant("channels", np.array(channels, dtype=np.int64))],
            [f"{name}/large_in"],
            name=f"{name}/gather",
            axis=2,
        ),
        helper.make_node(
            "MatMul",
            [f"{name}/large_in", constant("large", large)],
            [f"{name}/large_out"],
            name=f"{name}/large",
        ),
        helper.make_node("Add", [product.output[0], f"{name}/large_out"], [wanted], name=f"{name}/sum"),
    )
    for node in reversed(after):
        graph.node.insert(place + 1, node)
    graph.node.insert(place, before)


def _halve_word_vectors(model: onnx.ModelProto) -> None:
    """Keep the table of word vectors, the largest part of the file, in 16-bit numbers: 47 MB less for each process."""
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    place, gather = next(
        (place, node)
        for place, node in enumerate(graph.node)
        if node.op_type == "Gather" and "word_embeddings" in node.name
    )
    table = next(entry for entry in graph.initializer if entry.name == gather.input[0])
    table.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(table).astype("float16"), table.name))
    output = gather.output[0]
    gather.output[0] = f"{output}_half"
    cast = helper.make_node(
        "Cast", [f"{output}_half"], [output], name=f"{gather.name}_cast", to=TensorProto.FLOAT
    )
    graph.node.insert(place + 1, cast)
