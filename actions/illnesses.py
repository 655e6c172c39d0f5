"""Illnesses that people name one by one: how each is said to a patient, and how it is found.

What is general (cancer, tumour, autoimmune disease) is not here: the articles speak of it. Neither are kinds that
an article means without naming them, such as the blood cancers called CLL and ALL.
"""

from __future__ import annotations

from dataclasses import dataclass

_CANCER = r"(?:can[cs]e?r\w*|tumou?rs?|carcinomas?|malignan\w+)"
_MORE = r"(?:\s*(?:,|/|&|\band\b|\bor\b)+\s*(?:(?:and|or)\s+)?[\w-]+){0,5}"
"""Others in the same breath: "lung, liver or breast cancer"."""


@dataclass(frozen=True, slots=True)
class Illness:
    """One illness: `name` as said to a patient; patterns for `speaks_of`, which ignore case.

    `asked` finds it in a message, `told` in an article. `told` finds rather too much: nobody may be told that the
    articles have nothing where they have something. `treated` is there where articles name an illness in passing,
    as one that donors are tested for: it finds what is told about the illness of a patient.
    """

    name: str
    asked: str
    told: str
    treated: str = ""


def _cancer(name: str, organ: str, other: str = "") -> Illness:
    """Cancer of an organ, with its other names."""
    named = rf"\b{organ}{_MORE}[\s-]+{_CANCER}|\b{_CANCER}\s+(?:of|in)\s+(?:(?:the|my|his|her)\s+)?{organ}\b"
    listed = (
        rf"\b{_CANCER}\s*(?:[:(–]|such\s+as|like|including|of\s+the)\s*(?:[\w-]+,?\s+){{0,6}}{organ}\b"
        rf"|^\s*[-*|]\s*\**{organ}\**\s*(?:\||$)"
    )
    names = rf"|{other}" if other else ""
    return Illness(name, named + names, f"{named}|{listed}{names}")


def _same(name: str, pattern: str, treated: str = "") -> Illness:
    """An illness that a message and an article call by the same words."""
    return Illness(name, pattern, pattern, treated)


def _treated(illness: str) -> str:
    """An illness told of as a patient's, not as one that donors and cells are tested for."""
    patients = r"(?:treat\w*|help\w*|against|patients?|studies|study|trials?|chronic|living|cure\w*)"
    return rf"\b{patients}\b[^.;:\n]{{0,80}}{illness}|{illness}[^.;:\n]{{0,80}}\b{patients}\b"


_HEPATITIS = r"\b(?:hepatitis|hep\.?)[\s-]*"

ILLNESSES = (
    _cancer("lung cancer", r"lungs?", r"\bn?sclc\b|\bsmall[\s-]cell\s+(?:lung|cancer)"),
    _cancer("breast cancer", r"breasts?", r"\btnbc\b|\btriple[\s-]negative\b"),
    _cancer("liver cancer", r"liver", r"\bhepato(?:cellular|ma|blastoma)\w*|\bhcc\b"),
    _cancer(
        "brain tumours",
        r"brain",
        r"\b\w*gli(?:oblast)?omas?\b|\bgbm\b|\bdipg\b|\bmedulloblastomas?\b|\bastrocyt\w+",
    ),
    _cancer("pancreatic cancer", r"pancrea\w+", r"\bpdac\b"),
    _cancer("prostate cancer", r"prostat\w*"),
    _cancer("bowel cancer", r"(?:bowels?|colon|rectal|rectum|colorectal|colo-rectal)", r"\bcrc\b"),
    _cancer("kidney cancer", r"(?:kidneys?|renal(?:[\s-]cell)?)", r"\bwilms['’]?\b"),
    _cancer("bladder cancer", r"bladder", r"\burothelial\b"),
    _cancer("stomach cancer", r"(?:stomach|gastric)"),
    _cancer("cancer of the gullet", r"(?:o?esophag\w+|gullet|food\s*pipe)"),
    _cancer("ovarian cancer", r"(?:ovarian|ovar(?:y|ies))"),
    _cancer("cervical cancer", r"(?:cervical|cervix)"),
    _cancer("womb cancer", r"(?:womb|uterine|uterus|endometrial)"),
    _cancer("thyroid cancer", r"thyroid"),
    _cancer("head and neck cancer", r"(?:head\s*(?:and|&|-)\s*neck|throat|mouth|tongue|laryn\w+|oral|neck)"),
    _cancer("testicular cancer", r"(?:testic\w+|testis|testes)"),
    _cancer("bile duct cancer", r"(?:bile[\s-]ducts?|gall\s?bladder)", r"\bcholangio\w+"),
    _cancer("skin cancer", r"skin", r"\bmelanomas?\b"),
    _cancer("sarcoma", r"(?:bones?|soft[\s-]tissue)", r"\b\w*sarcomas?\b|\bewing['’]?s?\b"),
    _same("neuroblastoma", r"\bneuro\s?blastomas?\b"),
    _same("mesothelioma", r"\bmesotheliomas?\b"),
    _same("multiple myeloma", r"\bmyelomas?\b"),
    _same("leukaemia", r"\bleuk(?:a?e)?mi[ac]s?\b|\b(?-i:AML)\b"),
    _same("lymphoma", r"\blymphomas?\b|\bhodgkin\w*"),
    _same("multiple sclerosis", r"\bmultiple\s+sclerosis\b|\b(?-i:MS(?!\.|\s+(?:[A-Z][a-z]|Word|Office)))\b"),
    Illness("rheumatoid arthritis", r"\brh?eu?matoid\b|\brheumatism\b", r"\brheumat\w+"),
    Illness(
        "arthritis", r"(?<!rheumatoid )(?<!reumatoid )\b(?:osteo|psoriatic\s+)?arthritis\b", r"arthrit\w+"
    ),
    _same("lupus", r"\blupus\b|\b(?-i:SLE)\b"),
    _same("psoriasis", r"\bpsoria\w+"),
    Illness("Crohn's disease", r"\bcrohn['’]?s?\b", r"\bcrohn|inflammatory\s+bowel"),
    Illness("ulcerative colitis", r"\bcolitis\b", r"\bcolitis\b|inflammatory\s+bowel"),
    _same("coeliac disease", r"\bco?eliac\b"),
    _same("Sjögren's syndrome", r"\bsj(?:ö|o|oe)gren\w*"),
    _same("myasthenia", r"\bmyasthenia\b"),
    _same("scleroderma", r"\bscleroderma\b|\bsystemic\s+sclerosis\b"),
    _same("vitiligo", r"\bvitiligo\b"),
    _same("diabetes", r"\bdiabet\w+"),
    _same("Parkinson's disease", r"\bparkinson\w*"),
    Illness("Alzheimer's disease", r"\b[ao]l[tz]+h?eimer\w*", r"\balzheimer|\bdementia\b"),
    Illness("dementia", r"\bdementia\b", r"\balzheimer|\bdementia\b"),
    _same("ALS", r"\b(?-i:ALS)\b|\bamyotrophic\b|\bmotor\s+neuron\w*|\blou\s+gehrig\w*|\b(?-i:MND)\b"),
    _same("Huntington's disease", r"\bhuntington\w*"),
    _same("epilepsy", r"\bepilep\w+"),
    _same("autism", r"\bautis\w+"),
    Illness(
        "stroke",
        r"\b(?:after|had|has|have|from|for|with|and|a)\s+(?:my\s+|a\s+|an?\s+\w+\s+)?strokes?\b(?!\s+of\b)",
        r"\bstrokes?\b",
    ),
    Illness(
        "hepatitis B",
        rf"{_HEPATITIS}b\b|\bhbv\b",
        r"\bhepatitis\b|\bhbv\b",
        _treated(r"\b(?:hepatitis|hbv)\b"),
    ),
    Illness(
        "hepatitis C",
        rf"{_HEPATITIS}c\b|\bhcv\b",
        r"\bhepatitis\b|\bhcv\b",
        _treated(r"\b(?:hepatitis|hcv)\b"),
    ),
    Illness("hepatitis", r"\bhepatitis\b(?![\s-]*[bc]\b)", r"\bhepatitis\b", _treated(r"\bhepatitis\b")),
    _same("HIV", r"\bhiv\b|\b(?-i:AIDS)\b"),
    _same("herpes", r"\bherpes\b|\bshingles\b|\bzoster\b"),
    _same("HPV", r"\bhpv\b|\bpapilloma\w*"),
    _same("Epstein-Barr virus", r"\bepstein\b|\bebv\b|\bglandular\s+fever\b"),
    _same("Lyme disease", r"\blyme\b|\bborreli\w+"),
    _same("long covid", r"\b(?:long|post)[\s-]*covid\b"),
    Illness(
        "COVID-19",
        r"(?<!long )(?<!long-)(?<!post )(?<!post-)\bcovid\b|\bcorona\s?virus\b",
        r"\bcovid\b|\bcoronavirus",
    ),
    _same("chronic fatigue syndrome", r"\bchronic\s+fatigue\b|\b(?-i:ME/CFS|CFS)\b"),
    _same("fibromyalgia", r"\bfibromyalg\w+"),
    _same("endometriosis", r"\bendometriosis\b"),
    _same("asthma", r"\basthma\w*"),
    _same("COPD", r"\bcopd\b|\bemphysema\b"),
    _same("cystic fibrosis", r"\bcystic\s+fibrosis\b"),
    _same("cirrhosis", r"\bcirrho\w+"),
    Illness("eczema", r"\beczema\b|\bneurodermatitis\b", r"\beczema\b|dermatitis\b"),
    Illness("heart disease", r"\bheart\s+(?:disease|failure|attacks?)\b", r"\bheart\b"),
)
"""In no order that matters."""
