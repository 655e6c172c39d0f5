"""Who asks about an illness that no article speaks of is told so by name, and nobody is told so wrongly."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from actions import naming, words
from actions.illnesses import ILLNESSES
from knowledge.model import Passage, Reply
from knowledge.replies import TALK_TO_A_PERSON
from tests.actions.calls import said
from tests.actions.test_actions import ABSTAIN, ANSWER, COST, SURE, Known, run
from tests.knowledge.articles import passages

GENERAL = replace(ANSWER, text="Most results are from small groups.")
SPOKEN_OF = (
    "breast cancer",
    "pancreatic cancer",
    "ovarian cancer",
    "bladder cancer",
    "leukaemia",
    "lymphoma",
    "lupus",
    "diabetes",
    "Alzheimer's disease",
    "HIV",
    "COVID-19",
    "heart disease",
)
"""What our articles do speak of."""


class Silent(Known):
    """A knowledge base whose articles speak of nothing but `of`."""

    of = "Lupus and ovarian and breast cancer. How do I find registered trials?"

    def speaks_of(self, pattern: str) -> bool:
        return re.search(pattern, self.of, re.I | re.M) is not None


def text_of(message: str, reply: Reply = GENERAL, action: str = "action_answer") -> str:
    return str(run(Silent(reply), action, said(message))["custom"]["text"])


def names(message: str) -> list[str]:
    return [each.name for each in naming.named(message)]


@pytest.mark.parametrize(
    ("message", "illness"),
    [
        ("Does it do anything for lung cancer?", "lung cancer"),
        ("has it ever been tried on people with NSCLC", "lung cancer"),
        ("cancer of the lung - any results?", "lung cancer"),
        ("and MS?", "multiple sclerosis"),
        ("what about multiple sclerosis", "multiple sclerosis"),
        ("Parkinson's", "Parkinson's disease"),
        ("are there studies in neuroblastoma", "neuroblastoma"),
        ("could the cells reach a glioblastoma?", "brain tumours"),
        ("any hope for prostate cancer that has spread?", "prostate cancer"),
        ("which risks are there in rheumatoid arthritis?", "rheumatoid arthritis"),
        ("is it used for colon cancer", "bowel cancer"),
        ("endometriosis, does it help?", "endometriosis"),
        ("My neighbour has long covid. Would such an infusion improve it?", "long covid"),
        ("We read about soft tissue sarcoma. Has anybody studied that?", "sarcoma"),
        ("can ALS be slowed with this", "ALS"),
    ],
)
def test_an_illness_that_no_article_speaks_of_is_named_before_what_is_said(
    message: str, illness: str
) -> None:
    told = text_of(message)
    assert f"About {illness} in particular our articles have nothing. What they say in general:" in told
    assert told.endswith(GENERAL.text)


@pytest.mark.parametrize(
    "message",
    [
        "does it help with lupus?",
        "and for breast cancer?",
        "is it for my kind of cancer?",
        "what about autoimmune diseases",
        "ovarian cancer trials",
    ],
)
def test_nothing_is_said_where_an_article_speaks_of_it_or_no_illness_is_named(message: str) -> None:
    assert text_of(message) == GENERAL.text


def test_what_the_shown_passage_speaks_of_is_not_denied() -> None:
    told = replace(ANSWER, text="Donors are tested for hepatitis.")
    assert text_of("and hepatitis B?", told) == told.text
    assert "nothing" in text_of("does it help against hepatitis B?")


def test_a_donor_test_is_no_word_on_treating_the_illness() -> None:
    hepatitis = next(each for each in ILLNESSES if each.name == "hepatitis B")
    assert not re.search(hepatitis.treated, "Donors are tested for HIV and hepatitis B.", re.I)
    assert re.search(hepatitis.treated, "A study in 8 people with chronic hepatitis B.", re.I)


def test_of_two_illnesses_only_the_one_that_is_missing_is_named() -> None:
    told = text_of("is it for breast or kidney cancer?")
    assert told.startswith(
        f"About kidney cancer in particular our articles have nothing. {words.SAID_OF_OTHERS}"
    )
    assert text_of("does it work for MS or Parkinson's?").startswith(
        "About multiple sclerosis and Parkinson's disease our articles have nothing."
    )


def test_where_nothing_was_found_it_is_said_by_name_with_the_way_to_trials() -> None:
    reply = run(Silent(ABSTAIN), "action_answer", said("is there research on liver cancer?"))["custom"]
    assert reply["kind"] == "abstain"
    assert reply["text"] == (
        "Our articles have nothing on liver cancer. That does not mean that there is no study on it."
    )
    assert list(reply["quick_replies"]) == ["How do I find registered trials?", TALK_TO_A_PERSON]


def test_the_way_to_trials_is_offered_only_where_an_article_shows_it() -> None:
    bare = Silent(ABSTAIN)
    bare.of = "Lupus."
    reply = run(bare, "action_answer", said("is there research on liver cancer?"))["custom"]
    assert list(reply["quick_replies"]) == [TALK_TO_A_PERSON]
    assert words.FIND_TRIALS in {passage.heading for passage in passages()}


@pytest.mark.parametrize(
    "message",
    [
        "My sister has MS. Which hotel is near the clinic?",
        "can I fly to you with lung cancer?",
        "do I need a visa, my father has Parkinson's",
        "I have long covid, who reads what I write here?",
        "My aunt had melanoma. How are the cells made?",
        "i had a sarcoma, can i be a donor",
        "My wife has MS. What does cytokine mean?",
        "with prostate cancer, will you call me back on the phone?",
    ],
)
@pytest.mark.parametrize("reply", [GENERAL, ABSTAIN])
def test_an_illness_in_passing_changes_nothing(message: str, reply: Reply) -> None:
    assert "articles have nothing" not in text_of(message, reply)


def test_money_stays_money() -> None:
    told = text_of("how much is it for lung cancer", COST, "action_cost")
    assert "articles have nothing" not in told


def test_a_follow_up_inherits_no_illness() -> None:
    before = said("does it help with MS?")
    reply = run(Silent(GENERAL), "action_answer", before, said("how many people were in the studies?"))
    assert reply["custom"]["text"] == GENERAL.text


def test_who_asks_to_be_judged_reads_it_before_what_is_said_in_general() -> None:
    found = replace(GENERAL, evidence=SURE)
    told = text_of("I have lung cancer. Am I a candidate?", found, "action_medical_advice")
    assert "Our articles have nothing on lung cancer." in told
    assert told.index("nothing on lung cancer") < told.index(GENERAL.text)
    assert "I cannot judge your own case" in told


def test_leave_to_change_a_medicine_is_not_discussed_by_name() -> None:
    asked = "I have MS, should I stop my steroids?"
    assert "nothing on" not in text_of(asked, GENERAL, "action_medical_advice")


def test_a_kind_word_stands_first() -> None:
    told = text_of("My mother has lung cancer. Are there any studies?")
    assert told.startswith(f"{words.KIND_ILL}\n\nAbout lung cancer in particular")


@pytest.mark.parametrize(
    "message",
    [
        "Ms Smith told me about it",
        "it took 20 ms to load",
        "anders als in Deutschland",
        "do the cells also help the liver?",
        "do they get caught in the lungs?",
        "is it good for my skin and hair?",
        "what aids recovery?",
        "will my brain fog go away?",
        "breastfeeding and the infusion",
        "an infusion in a different stroke of luck",
        "is bone marrow needed?",
        "does my kidney need to be healthy for chemotherapy before cancer treatment?",
    ],
)
def test_what_only_looks_like_an_illness_is_none(message: str) -> None:
    assert names(message) == []


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("lung, liver and bowel cancer", ["lung cancer", "liver cancer", "bowel cancer"]),
        ("kidney or brain tumour", ["brain tumours", "kidney cancer"]),
        ("cancer in the pancreas", ["pancreatic cancer"]),
        ("renal cell carcinoma", ["kidney cancer"]),
        ("RHEUMATOID ARTHRITIS", ["rheumatoid arthritis"]),
        ("my knees have arthritis", ["arthritis"]),
        ("hep b", ["hepatitis B"]),
        ("Hepatitis", ["hepatitis"]),
        ("Alzheimers", ["Alzheimer's disease"]),
        ("post-covid", ["long covid"]),
        ("osteosarcoma", ["sarcoma"]),
        ("lung canser", ["lung cancer"]),
        ("motor neurone disease", ["ALS"]),
    ],
)
def test_plain_words_and_synonyms_are_understood(message: str, found: list[str]) -> None:
    assert names(message) == found


def _texts() -> list[str]:
    return ["\n".join((each.title, *each.path, each.text)) for each in passages()]


@pytest.mark.parametrize("name", SPOKEN_OF)
def test_what_our_articles_speak_of_is_found_in_them(name: str) -> None:
    illness = next(each for each in ILLNESSES if each.name == name)
    assert any(re.search(illness.told, each, re.I | re.M) for each in _texts())


def test_no_article_names_an_illness_that_we_would_deny() -> None:
    whole: list[Passage] = list(passages())
    for illness in ILLNESSES:
        saying = [each for each in whole if re.search(illness.asked, each.text, re.I | re.M)]
        found = any(re.search(illness.told, each, re.I | re.M) for each in _texts())
        assert found or not saying, illness.name


def test_a_list_of_organs_under_cancers_counts_as_speaking_of_them() -> None:
    lung = next(each for each in ILLNESSES if each.name == "lung cancer")
    for text in ("Trials took people with cancers:\n\n- Lung\n- Bowel", "solid tumours (kidney, lung)"):
        assert re.search(lung.told, text, re.I | re.M)
