"""The stock action: embed the question with SentenceTransformer's defaults, take the nearest passage.

The SDK imports this module. PyTorch is imported at the first question only: imported here, it would set
the start method `fork`, and Sanic would then refuse to start.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

PASSAGES = "BASELINE_PASSAGES"
"""The variable that names the file of passages: a JSON list of {document, title, text}."""
MODEL = "BASELINE_MODEL"
"""The variable that names the folder of the model."""


@cache
def _loaded() -> tuple[Any, Any, list[dict[str, str]]]:
    """The model, the index and the passages."""
    import faiss
    from sentence_transformers import SentenceTransformer

    passages = json.loads(Path(os.environ[PASSAGES]).read_text(encoding="utf-8"))
    model = SentenceTransformer(os.environ[MODEL])
    vectors = model.encode([each["text"] for each in passages], show_progress_bar=False)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return model, index, passages


class Answer(Action):  # type: ignore[misc]  # the SDK has no types
    """Answers with the nearest passage and cites it."""

    def name(self) -> str:
        """How the domain calls it."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """Say the passage, and send the citation along."""
        model, index, passages = _loaded()
        vector = model.encode([tracker.latest_message["text"]], show_progress_bar=False)
        _, found = index.search(vector, 3)
        best = passages[found[0][0]]
        citation = {"document": best["document"], "title": best["title"], "quote": best["text"][:200]}
        dispatcher.utter_message(text=best["text"], json_message={"kind": "answer", "citations": [citation]})
        return []
