"""Emergencies in other languages: said, only asked about, and never heard in an English sentence."""

from __future__ import annotations

import pytest

from bot.safety import Category, RedFlagScreen
from bot.safety.languages import Languages, plain
from bot.safety.lines import training_lines

BREATH, DEATH, AWAY = Category.STROKE_HEART_BREATHING, Category.SELF_HARM, Category.UNCONSCIOUS_OTHER


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages.load()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("¡No puedo respirar!", BREATH),
        ("Mi marido se desmayó y no responde", AWAY),
        ("Je n'arrive plus à respirer", BREATH),
        ("J’ai envie de mourir", DEATH),
        ("Ich bekomme kaum Luft", BREATH),
        ("Meine Frau ist bewusstlos", AWAY),
        ("Non riesco a respirare", BREATH),
        ("Não consigo respirar", BREATH),
        ("Não quero mais viver", DEATH),
        ("Nie mogę oddychać", BREATH),
        ("Nefes alamıyorum", BREATH),
        ("Kendimi öldüreceğim", DEATH),
        ("Мне трудно дышать", BREATH),
        ("Я не хочу больше жить", DEATH),
        ("لا أستطيع التنفس", BREATH),
        ("我不想活了", DEATH),
        ("我妈妈晕倒了，快叫救护车", AWAY),
        ("मुझे सांस लेने में तकलीफ हो रही है", BREATH),
        ("saans nahi aa rahi", BREATH),
        ("息ができない", BREATH),
        ("Ik krijg geen lucht", BREATH),
    ],
)
def test_what_is_said_is_recognised_with_its_kind(
    languages: Languages, text: str, category: Category
) -> None:
    assert languages.read(text).category is category
    assert languages.read(text.upper()).category is category


@pytest.mark.parametrize(
    "text",
    [
        "¿Qué hago si tengo fiebre de 39?",
        "que faire si j'ai de la fièvre",
        "Was mache ich, wenn ich Fieber bekomme",
        "cosa faccio se ho la febbre",
        "o que faço se tiver febre",
        "что делать, если у меня будет температура",
        "治疗会不会引起高烧",
    ],
)
def test_what_is_asked_or_supposed_passes(phrases_only: RedFlagScreen, text: str) -> None:
    assert phrases_only.screen(text) is None


def test_a_threat_to_oneself_stays_one_with_an_if(languages: Languages) -> None:
    assert languages.read("si no me aceptan quiero morir").category is DEATH


def test_one_clause_of_a_long_message_is_enough(languages: Languages) -> None:
    text = "Hola, ¿cuánto cuesta el tratamiento? Gracias. Además mi padre no puede respirar."
    assert languages.read(text).category is BREATH


def test_no_english_message_is_heard_as_another_language(languages: Languages) -> None:
    english = [line for line in training_lines() if line.text.isascii() and line.category is None]
    assert [line.text for line in english if languages.read(line.text).category] == []


def test_accents_and_case_do_not_matter() -> None:
    assert plain("  ¿Está MUY  mal, señor Łukasz?") == "esta muy mal senor lukasz"
