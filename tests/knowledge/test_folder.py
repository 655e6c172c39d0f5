"""The knowledge base as a folder: nothing is lost on the way out and in, and nobody's work is overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.folder import FolderRefused, from_store, read_folder, write_folder
from knowledge.folder_import import Kind, bring_in, compare
from knowledge.model import Document
from knowledge.store import KnowledgeStore, RevisionState
from tests.knowledge.knowing import PARKING, REST, article


def opened(folder: Path, name: str) -> KnowledgeStore:
    return KnowledgeStore(f"sqlite:///{folder / name}.sqlite3")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KnowledgeStore]:
    made = opened(tmp_path, "one")
    yield made
    made.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[KnowledgeStore]:
    made = opened(tmp_path, "two")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "export"


def make_live(store: KnowledgeStore, revisions: list[int], action: str = "publish") -> int:
    """A publication of exactly these revisions, without the work of indexing it."""
    prepared = store.publications.prepare(revisions, encoder="e", calibration="")
    store.publications.make_live(prepared, instead_of=store.publications.live_id(), action=action)
    return prepared


def publish(store: KnowledgeStore, *slugs: str) -> int:
    """The newest revisions of these documents, over what is live."""
    live = store.publications.live()
    chosen = {each.document: each.id for each in store.revisions.by_id(live.revisions if live else ())}
    chosen |= {slug: store.revisions.of(slug)[0].id for slug in slugs}
    return make_live(store, sorted(chosen.values()))


def without(store: KnowledgeStore, slug: str) -> None:
    live = store.publications.live()
    revisions = store.revisions.by_id(live.revisions if live else ())
    make_live(store, [each.id for each in revisions if each.document != slug], "withdraw")


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def texts(document: Document) -> Document:
    return replace(document, sections=(replace(document.sections[0], markdown="Something else."),))


def kinds(store: KnowledgeStore, folder: Path) -> list[tuple[str, str]]:
    return [(each.kind.value, each.name) for each in compare(read_folder(folder), store)]


# Out and in again


def test_an_export_has_a_file_for_each_text_and_says_where_it_stands(
    store: KnowledgeStore, folder: Path
) -> None:
    store.save_revision(PARKING)
    store.save_revision(REST)
    publish(store, "parking", "rest")
    store.revisions.save(article("rest", "Two days are better."), state=RevisionState.REVIEW)
    store.save_revision(article("new", "Nobody has seen this yet."))
    without(store, "parking")
    store.reviewing.look_after("rest", owner="Anna: Berg", review_due="2027-01-31", by="anna")
    store.golden.save("may I rest", expects="answer", document="rest")
    write_folder(from_store(store), folder)
    assert sorted(files(folder)) == [
        "documents/new.draft.md",
        "documents/new.yml",
        "documents/parking.md",
        "documents/parking.yml",
        "documents/rest.draft.md",
        "documents/rest.md",
        "documents/rest.yml",
        "golden.yml",
        "knowledge.yml",
    ]
    about = (folder / "documents" / "rest.yml").read_text(encoding="utf-8")
    assert about.startswith('standing: live\ndraft: review\nowner: "Anna: Berg"\nreview_due: 2027-01-31\n')
    assert "standing: withdrawn" in (folder / "documents" / "parking.yml").read_text(encoding="utf-8")


def test_exporting_twice_touches_nothing_and_what_is_gone_is_removed(
    store: KnowledgeStore, folder: Path
) -> None:
    store.save_revision(PARKING)
    store.save_revision(REST)
    write_folder(from_store(store), folder)
    (folder / ".git").mkdir()
    (folder / "README.md").write_text("ours", encoding="utf-8")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.md")}
    write_folder(from_store(store), folder)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.md")} == before
    publish(store, "rest")
    write_folder(from_store(store), folder)
    assert not (folder / "documents" / "rest.draft.md").exists()
    assert (folder / "documents" / "rest.md").exists()
    assert (folder / "README.md").exists()


slugs = st.sampled_from(["alpha", "beta", "gamma"])
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(
    lambda text: f"It is so: {text} and so on.".replace("\n", " ")
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("save"), slugs, words),
        st.tuples(st.just("hand_in"), slugs, st.just("")),
        st.tuples(st.just("publish"), slugs, st.just("")),
        st.tuples(st.just("withdraw"), slugs, st.just("")),
        st.tuples(st.just("back"), slugs, st.just("")),
        st.tuples(st.just("owner"), slugs, words),
        st.tuples(st.just("golden"), slugs, words),
    ),
    max_size=14,
)


def do(store: KnowledgeStore, step: tuple[str, str, str]) -> None:
    action, slug, text = step
    revisions = store.revisions.of(slug)
    if action == "save":
        store.save_revision(article(slug, text))
    elif action == "golden":
        if text not in {each.question for each in store.golden.all()}:
            store.golden.save(text, expects="answer", document=slug, note=text)
    elif not revisions:
        return
    elif action == "hand_in" and revisions[0].state is RevisionState.DRAFT:
        store.reviewing.hand_in(slug, revisions[0].number, by="anna")
    elif action == "publish":
        publish(store, slug)
    elif action == "withdraw":
        without(store, slug)
    elif action == "back" and (history := store.history()):
        make_live(store, list(history[-1].revisions), "rollback")
    elif action == "owner":
        store.reviewing.look_after(slug, owner=text.strip(), review_due="2027-02-28", by="anna")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_what_is_brought_into_an_empty_base_is_exported_again_byte_by_byte(
    done: list[tuple[str, str, str]],
) -> None:
    with TemporaryDirectory() as name:
        here = Path(name)
        first, second = opened(here, "first"), opened(here, "second")
        for step in done:
            do(first, step)
        write_folder(from_store(first), here / "a")
        assert compare(read_folder(here / "a"), first) == ()
        imported = bring_in(read_folder(here / "a"), second)
        if imported.live:
            make_live(second, list(imported.live.values()))
        write_folder(from_store(second), here / "b")
        assert files(here / "b") == files(here / "a")
        assert compare(read_folder(here / "a"), second) == ()
        for status in first.revisions.statuses():
            again = second.revisions.status(status.slug)
            assert again is not None
            assert (again.latest.state, again.live is None) == (status.latest.state, status.live is None)
        first.close()
        second.close()


# Three ways


@pytest.fixture
def shared(store: KnowledgeStore, other: KnowledgeStore, folder: Path) -> Path:
    """Two knowledge bases that began with the same, and the export of the first."""
    for each in (store, other):
        for document in (PARKING, REST):
            each.save_revision(document)
        each.golden.save("where to park", expects="answer")
        publish(each, "parking", "rest")
    write_folder(from_store(store), folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_text_that_was_edited_in_the_folder_becomes_a_draft(other: KnowledgeStore, shared: Path) -> None:
    edit(shared / "documents" / "rest.md", "one day", "two days")
    assert kinds(other, shared) == [("changed", "rest")]
    imported = bring_in(read_folder(shared), other, by="anna")
    newest = other.revisions.of("rest")[0]
    assert (newest.number, newest.state, newest.created_by) == (2, "draft", "anna")
    assert "two days" in other.revisions.markdown("rest", 2)
    assert imported.live == {"rest": newest.id}


def test_a_text_that_was_edited_here_stays(other: KnowledgeStore, shared: Path) -> None:
    other.save_revision(texts(REST))
    assert kinds(other, shared) == [("kept", "rest")]
    bring_in(read_folder(shared), other)
    assert [each.number for each in other.revisions.of("rest")] == [2, 1]


def test_a_text_that_was_edited_on_both_sides_is_a_conflict_and_nothing_happens(
    other: KnowledgeStore, shared: Path
) -> None:
    edit(shared / "documents" / "rest.md", "one day", "two days")
    other.save_revision(texts(REST))
    assert kinds(other, shared) == [("conflict", "rest")]
    bring_in(read_folder(shared), other)
    assert "two days" not in other.revisions.markdown("rest", 2)
    assert len(other.revisions.of("rest")) == 2


def test_the_same_edit_on_both_sides_is_none(other: KnowledgeStore, shared: Path) -> None:
    edit(shared / "documents" / "rest.md", "one day", "two days")
    bring_in(read_folder(shared), other)
    assert kinds(other, shared) == []


def test_editing_what_is_live_beside_a_newer_draft_is_a_conflict(store: KnowledgeStore, folder: Path) -> None:
    store.save_revision(REST)
    publish(store, "rest")
    store.save_revision(texts(REST))
    write_folder(from_store(store), folder)
    edit(folder / "documents" / "rest.md", "one day", "two days")
    edit(folder / "documents" / "rest.draft.md", "Something", "Anything")
    found = compare(read_folder(folder), store)
    assert [each.kind for each in found] == [Kind.CONFLICT]
    assert "edit that one" in found[0].sentence


def test_owners_go_three_ways_too(other: KnowledgeStore, shared: Path) -> None:
    path = shared / "documents" / "rest.yml"
    path.write_text(path.read_text(encoding="utf-8") + "owner: Ida\n", encoding="utf-8")
    assert kinds(other, shared) == [("changed", "rest")]
    other.reviewing.look_after("rest", owner="Otto", review_due="", by="otto")
    assert kinds(other, shared) == [("conflict", "rest")]
    bring_in(read_folder(shared), other)
    status = other.revisions.status("rest")
    assert status is not None
    assert status.owner == "Otto"


def test_golden_questions_go_three_ways_too(other: KnowledgeStore, shared: Path) -> None:
    edit(shared / "golden.yml", "expects: answer", "expects: abstain")
    assert kinds(other, shared) == [("changed", "golden questions")]
    other.golden.save("how long to rest", expects="answer")
    assert kinds(other, shared) == [("conflict", "golden questions")]
    bring_in(read_folder(shared), other)
    assert {each.question: each.expects for each in other.golden.all()} == {
        "where to park": "answer",
        "how long to rest": "answer",
    }


def test_golden_questions_removed_in_the_folder_are_removed_unless_they_changed_here(
    other: KnowledgeStore, shared: Path
) -> None:
    (shared / "golden.yml").write_text("questions:\n", encoding="utf-8")
    bring_in(read_folder(shared), other)
    assert other.golden.all() == []


def test_a_document_written_by_hand_comes_in_as_a_draft(other: KnowledgeStore, shared: Path) -> None:
    text = (
        (shared / "documents" / "rest.md").read_text(encoding="utf-8").replace("slug: rest", "slug: by-hand")
    )
    (shared / "documents" / "by-hand.md").write_text(text, encoding="utf-8")
    assert kinds(other, shared) == [("new", "by-hand")]
    assert bring_in(read_folder(shared), other).live == {}
    assert other.revisions.of("by-hand")[0].state is RevisionState.DRAFT


# What is refused


def test_what_does_not_belong_into_a_folder_is_refused_with_a_sentence(shared: Path, tmp_path: Path) -> None:
    documents = shared / "documents"
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")

    def refused(path: Path, sentence: str, content: bytes | None = None, link: Path | None = None) -> None:
        before = path.read_bytes() if path.is_file() else None
        if link is not None:
            path.unlink(missing_ok=True)
            path.symlink_to(link)
        elif content is not None:
            path.write_bytes(content)
        with pytest.raises((FolderRefused, ValueError), match=sentence):
            read_folder(shared)
        path.unlink()
        if before is not None:
            path.write_bytes(before)

    refused(documents / "rest.md", "plain file", link=secret)
    refused(documents / "rest.yml", "plain file", link=secret)
    refused(shared / "golden.yml", "plain file", link=secret)
    refused(documents / "UPPER.md", "does not belong here", b"x")
    refused(documents / "rest.exe", "does not belong here", b"x")
    refused(shared / "notes.txt", "does not belong here", b"x")
    refused(documents / "rest.md", "not UTF-8", b"\xff\xfe\x00")
    refused(documents / "rest.md", "larger than 5 MB", b"x" * 5_000_001)
    refused(documents / "rest.md", "must begin with front matter", b"# nothing")
    refused(documents / "rest.md", "its slug is parking", (documents / "parking.md").read_bytes())
    refused(documents / "rest.yml", "must be one of live, withdrawn, draft", b"standing: alive\n")
    refused(documents / "rest.yml", "cannot have", b"standing: draft\n")
    refused(documents / "rest.yml", "and the files differ", b"standing: live\ndraft: draft\n")
    refused(documents / "alone.yml", "stands alone", b"standing: live\n")
    refused(shared / "knowledge.yml", "reads 1", b"format: 99\n")
    read_folder(shared)  # it is whole again
    documents.rename(tmp_path / "elsewhere")
    documents.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FolderRefused, match="not a link"):
        read_folder(shared)


def test_only_an_export_is_written_over(store: KnowledgeStore, tmp_path: Path) -> None:
    store.save_revision(REST)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderRefused, match="holds other files"):
        write_folder(from_store(store), tmp_path / "letters")
    with pytest.raises(FolderRefused, match="is a file"):
        write_folder(from_store(store), tmp_path / "letters" / "dear.txt")
    target = tmp_path / "target"
    write_folder(from_store(store), target)
    (target / "documents" / "link.md").symlink_to(tmp_path / "letters" / "dear.txt")
    (target / "documents" / "rest.draft.md").unlink()
    (target / "documents" / "rest.draft.md").symlink_to(tmp_path / "letters" / "dear.txt")
    write_folder(from_store(store), target)
    assert (tmp_path / "letters" / "dear.txt").read_text(encoding="utf-8") == "mine"
    read_folder(target)
