"""Name, e-mail, phone, country, time and subject, as people write them."""

from __future__ import annotations

import pytest

from actions import countries
from actions.details import read
from bot.conversations import contact

GIVEN = [
    ("I'm Giulia Ferrante", None, {"name": "Giulia Ferrante"}),
    ("Lucía Ortega is my name", None, {"name": "Lucía Ortega"}),
    (
        "my name is john and my mail is john at gmail dot com",
        "name",
        {"name": "john", "email": "john@gmail.com"},
    ),
    ("giulia ferrante", "name", {"name": "giulia ferrante"}),
    ("im maria", "name", {"name": "maria"}),
    ("jean-luc o'neill", "name", {"name": "jean-luc o'neill"}),
    ("this is Ahmed from Dubai", None, {"name": "Ahmed", "country": "United Arab Emirates"}),
    ("oops. giulia@example.it", "contact", {"email": "giulia@example.it"}),
    ("no my email is b@c.example", "consent", {"email": "b@c.example"}),
    ("tom (at) mail.example", "contact", {"email": "tom@mail.example"}),
    ("ok: 0044 20 7946 0958", "contact", {"phone": "0044 20 7946 0958"}),
    ("+1 (212) 555-0199", "contact", {"phone": "+1 (212) 555-0199"}),
    ("٠٧٩ ٥٥٥ ٠١ ٢٣", "contact", {"phone": "079 555 01 23"}),
    (
        "my mobile is +39 347 555 01 88 and I am in Italy",
        "country",
        {"phone": "+39 347 555 01 88", "country": "Italy"},
    ),
    ("germny", "country", {"country": "Germany"}),
    ("I live in the UK", "country", {"country": "United Kingdom"}),
    ("I live in Rome", "country", {"country": "Rome"}),
    ("my father has colon cancer", "about", {"about": "my father has colon cancer"}),
    ("call me after 5pm", "time", {"time": "call me after 5pm"}),
    (
        "ok. my email is s@o.example, name Sandra, please call",
        None,
        {"name": "Sandra", "email": "s@o.example"},
    ),
    (
        "email is p@k.example, my name Petra. I live in Österreich",
        "name",
        {"name": "Petra", "email": "p@k.example", "country": "Austria"},
    ),
    ("name is Dave Miller", "name", {"name": "Dave Miller"}),
    ("I said John", "name", {"name": "John"}),
    ("I have said. Petra", "name", {"name": "Petra"}),
    ("Anna, as I said", "name", {"name": "Anna"}),
    ("I just told you: Maria Lopez", "name", {"name": "Maria Lopez"}),
    (
        "I already wrote all that! Maria Lopez, m@l.example",
        "name",
        {"name": "Maria Lopez", "email": "m@l.example"},
    ),
    ("can somebody call me? I'm Anna", None, {"name": "Anna"}),
    ("use Kofi please", "name", {"name": "Kofi"}),
    ("Mrs. Ada Byron", "name", {"name": "Mrs. Ada Byron"}),
    ("Jordan Smith", "name", {"name": "Jordan Smith"}),
    (
        "John. 07700 900 456. UK. liver cancer hepatocellular, she's 58. anytime but not thursday",
        "name",
        {
            "name": "John",
            "phone": "07700 900 456",
            "country": "United Kingdom",
            "about": "liver cancer hepatocellular, she's 58",
            "time": "anytime but not thursday",
        },
    ),
    (
        "ok so a@k.example, Germany, its for my father, lymphoma, evenings are best",
        "name",
        {
            "email": "a@k.example",
            "country": "Germany",
            "about": "my father, lymphoma",
            "time": "evenings are best",
        },
    ),
    (
        "Pete, p@h.example, New Zealand, melanoma stage 4, me, any time",
        "name",
        {
            "name": "Pete",
            "email": "p@h.example",
            "country": "New Zealand",
            "about": "melanoma stage 4, me",
            "time": "any time",
        },
    ),
    ("liver cancer. I wrote it all above", "about", {"about": "liver cancer"}),
    ("lymphoma. best in the evening", "about", {"about": "lymphoma", "time": "best in the evening"}),
    (
        "every morning she feels sick, stomach cancer",
        "about",
        {"about": "every morning she feels sick, stomach cancer"},
    ),
    (
        "Ana Sorel, ana@x.example, +41 79 555 01 23, Switzerland, my mother's lung cancer, mornings please",
        "name",
        {
            "name": "Ana Sorel",
            "email": "ana@x.example",
            "phone": "+41 79 555 01 23",
            "country": "Switzerland",
            "about": "my mother's lung cancer",
            "time": "mornings please",
        },
    ),
]


@pytest.mark.parametrize(("text", "asked", "values"), GIVEN)
def test_what_is_given_is_read(text: str, asked: str | None, values: dict[str, str]) -> None:
    found = read(text, asked)
    assert found.values == values
    assert found.wrong == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("I'm scared", None),
        ("I'm so Tired", None),
        ("I am 76 years old", None),
        ("I'm interested in the price", None),
        ("hello", "name"),
        ("what", "name"),
        ("I'd rather not say", "name"),
        ("I am from nowhere", "name"),
        ("liver cancer", "name"),
        ("germany. evening", "name"),
        ("I have terrible pain", "name"),
        ("why should I", "name"),
        ("what I wrote before", "name"),
        ("the name natural killer", None),
        ("the 12/05/2024", None),
        ("between 9-11", None),
        ("no", "about"),
        ("", "name"),
        ("🙂", "name"),
    ],
)
def test_what_is_no_name_and_no_number_is_left_alone(text: str, asked: str | None) -> None:
    found = read(text, asked)
    assert not {"name", "email", "phone"} & set(found.values)
    assert found.wrong == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("e-mail is giulia.ferrante(at)example", "email"),
        ("giulia@", "email"),
        ("a@b..example", "email"),
        ("my email is giulia", "email"),
        ("123", "phone"),
        ("my number is 12345", "phone"),
        ("+12 3456 7890 1234 5678 9", "phone"),
    ],
)
def test_what_cannot_be_right_is_named(text: str, wrong: str) -> None:
    found = read(text, "contact")
    assert found.wrong == (wrong,)
    assert not found.ways


def test_every_way_that_is_read_can_be_kept() -> None:
    """The web process checks once more; it must never refuse what was confirmed to a patient."""
    for text, asked, _ in GIVEN:
        for way in {"email", "phone"} & set(read(text, asked).values):
            contact.checked(read(text, asked).values[way])


def test_a_country_is_found_by_its_many_names() -> None:
    assert countries.alone("the Netherlands") == "Netherlands"
    assert countries.found_in("we live near Paris, France") == "France"
    assert (
        countries.found_in("I like turkey sandwiches") == "Turkey"
    )  # asked for a country, that is what it means
    assert countries.alone("banana") is None
