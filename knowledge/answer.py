"""From a question to a reply: search, decide, and say it in the passage's own words, with its source."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice

from knowledge import replies
from knowledge.asking import attempts, readable
from knowledge.decide import HITS_NEEDED, Calibration, Decision, decide
from knowledge.lexical import terms
from knowledge.model import Citation, EvidenceKind, Hit, Passage, Reply, ReplyKind
from knowledge.reading import bare, same_yes, says_yes_or_no, without_yes
from knowledge.search import Found, Searcher
from knowledge.units import plain, sentences
from knowledge.wording import canonical

RELATED = 2
NEAR_ENOUGH = 0.4
"""What is offered to tap on is at least so close to the question, by its nearest listed question and word by word: a
crisis line beside a question about the press helps nobody."""
PERHAPS = 0.1
"""From this probability on, who gets no answer is shown the nearest questions that have one. Of our questions for
choosing and looking at errors, 7 of 12 wrong abstentions then offer a right section, and 29 of 92 right ones offer
something that is near to what was asked."""
CERTAIN_ENOUGH_TO_ABSTAIN = 0.6
"""This share of the threshold is asked of a section that says what nobody knows: the worst that it can be is beside
the point. Of a quarter of the questions that no article answers three then get one, and two of them fit."""
OFFERS_PREPARED = 2_000
"""Of more passages than this the questions to offer are looked up when they are needed, not beforehand."""
OFFERS_AT_ONCE = 40
"""Takes about a fifth of a second, on a thread of its own."""
AS_GOOD = 0.8
"""The next best section stands in for one that was said before only where it has this share of its score: who comes
back to a question wants its answer, not a neighbour's."""
FEWEST_WORDS_ALONE = 5
"""A sentence of a passage that has fewer, or does not end as one, is a scrap of a list and says nothing alone."""
ASKED_AGAIN = 0.72
"""From this cosine with an earlier question on, a question is taken for the same one in other words."""
SAME_QUESTION = 0.8
"""From this cosine with a listed question on, a passage's "Yes" may stand as the answer."""
_ATTRIBUTED = re.compile(
    r"\b(states?|says?|said|claims?|claimed|according to|describes?|presents?|promises?|calls?|writes?|names?|"
    r"advertises?|offers?|reports?|suggests?|hopes?|speaks? of)\b",
    re.I,
)


def answer(
    question: str,
    context: Sequence[str],
    searcher: Searcher,
    calibration: Calibration | None = None,
    shown: Collection[str] = (),
    *,
    related: bool = True,
) -> Reply:
    """The reply to a patient's question: kind `answer` with a citation, or `abstain`.

    A section about money gives kind `cost`; one that says that the sources do not tell gives `abstain`
    in its own words.

    `context` holds the patient's earlier questions in this conversation, oldest first; `shown` the keys
    of the passages that were said to them. A passage is not said twice: who asks again gets the next one
    that answers as well, else the core of the first in a sentence, and is told that this is all the articles have;
    who asks something else that the same passage answers gets its one sentence that does. Raises nothing for odd
    input: what cannot be understood is abstained from.
    """
    calibration = calibration or Calibration.shipped()
    text = readable(question)
    found, decision = surest(text, context, searcher, calibration)
    if not decision.answer and not _says_what_nobody_knows(found, decision):
        if not terms(text):
            return _abstain(replies.ABSTAIN_UNCLEAR, found, decision)
        perhaps = _perhaps(text, found, decision, searcher, calibration, shown) if related else ()
        return _abstain(replies.ABSTAIN_PERHAPS if perhaps else replies.ABSTAIN, found, decision, perhaps)
    if found.hits[0].passage.key in shown:
        return _not_twice(text, context, searcher, calibration, shown, found, decision)
    best = found.hits[0]
    near = offers(text, found.hits, searcher, calibration, shown) if related else ()
    return _said(found, decision, _worded(best, text), near)


def _says_what_nobody_knows(found: Found, decision: Decision) -> bool:
    """Whether the best hit tells that the sources do not say, and fits well enough to be said.

    It abstains, too, and more helpfully than in general words. So it needs less certainty than an answer.
    """
    if not found.hits or found.hits[0].passage.reply is not ReplyKind.ABSTAIN:
        return False
    return decision.probability >= CERTAIN_ENOUGH_TO_ABSTAIN * decision.threshold


def surest(
    text: str, context: Sequence[str], searcher: Searcher, calibration: Calibration
) -> tuple[Found, Decision]:
    """Of all ways in which a message can be searched for (`knowledge.asking`), what was found by the surest."""
    searched = (
        searcher.find(asked, before, limit=HITS_NEEDED)
        for asked, before in attempts(text, context, searcher.knows)
    )
    judged = ((found, decide(found, searcher.corpus, calibration)) for found in searched)
    return max(judged, key=lambda pair: pair[1].probability)


def _said(found: Found, decision: Decision, text: str, related: Sequence[str]) -> Reply:
    """The best hit as a reply that says `text`; `related` are questions to tap on."""
    best = found.hits[0]
    kind = best.passage.reply
    source = cite(best)
    if not says_yes_or_no(text):
        source = replace(source, quote=bare(source.quote))
    person = () if kind in (ReplyKind.ANSWER, ReplyKind.SMALLTALK) else (replies.TALK_TO_A_PERSON,)
    return Reply(
        kind=kind.value,
        text=text,
        citations=(source,),
        quick_replies=(*person, *related),
        evidence=evidence(found.hits, decision),
    )


def _abstain(text: str, found: Found, decision: Decision, perhaps: Sequence[str] = ()) -> Reply:
    return Reply(
        kind="abstain",
        text=text,
        quick_replies=(replies.TALK_TO_A_PERSON, *perhaps),
        evidence=evidence(found.hits, decision),
    )


def _not_twice(
    text: str,
    context: Sequence[str],
    searcher: Searcher,
    calibration: Calibration,
    shown: Collection[str],
    found: Found,
    decision: Decision,
) -> Reply:
    """The reply when the passage that answers best was said before."""
    best = found.hits[0]
    fresh = replace(found, hits=tuple(hit for hit in found.hits if hit.passage.key not in shown))
    next_best = decide(fresh, searcher.corpus, calibration)
    again = _asked_again(text, context, searcher)
    sentence = cite(best).quote
    more = offers(text, fresh.hits, searcher, calibration, shown)
    if not again and sentence != first_sentence(best.passage.text) and says_something(sentence):
        return _said(found, decision, f"{replies.AS_SAID} {plain(sentence)}", more)
    if next_best.answer and fresh.hits[0].score >= AS_GOOD * best.score:
        others = [each for each in more if each != plain(fresh.hits[0].passage.heading)]
        return _said(fresh, next_best, _worded(fresh.hits[0], text), others)
    title, core = cite(best).title, first_sentence(best.passage.text)
    if decision.answer and says_something(core):
        short = _said(found, decision, replies.IN_SHORT_AGAIN.format(title=title, sentence=plain(core)), more)
        return replace(short, quick_replies=(replies.TALK_TO_A_PERSON, *more))
    return _abstain(replies.ABSTAIN_AGAIN.format(title=title), found, decision)


def says_something(sentence: str) -> bool:
    """Whether a sentence of a passage can stand alone as an answer."""
    words = plain(sentence).split()
    return len(words) >= FEWEST_WORDS_ALONE and words[-1].endswith((".", "!", "?"))


def _asked_again(text: str, context: Sequence[str], searcher: Searcher) -> bool:
    """Whether one of the earlier questions meant the same."""
    if not context:
        return False
    vectors = searcher.encoder.encode([canonical(each) for each in (text, *context)])
    return bool((vectors[1:] @ vectors[0]).max() >= ASKED_AGAIN)


def spoken(passage: Passage) -> str:
    """The passage as it is shown: its own text; a claim that names nobody is introduced as a claim."""
    if passage.evidence is not EvidenceKind.CLAIM:
        return passage.text
    opening = " ".join(sentences(passage.text)[:2])
    named = any(word in opening for source in passage.sources for word in source.title.split()[:1])
    if named or _ATTRIBUTED.search(opening):
        return passage.text
    source = passage.sources[0].title if passage.sources else "the clinic"
    return f"{replies.CLAIM_LEAD.format(source=source)}\n\n{passage.text}"


def _worded(hit: Hit, question: str) -> str:
    """The passage as it is said to this question.

    One that opens with "Yes" or "No" answers its heading. Where the patient asked something else, that word is
    left out, or the heading is said first: nobody must take it for a "yes" that no article gives.
    """
    text, heading = spoken(hit.passage), plain(hit.passage.heading)
    if not says_yes_or_no(text) or not heading.endswith("?"):
        return text
    same = hit.question >= SAME_QUESTION and same_yes(question, heading)
    if same and _knows_every_word(hit.passage, question):
        return text
    return without_yes(text) or f"**{heading}**\n\n{text}"


def _knows_every_word(passage: Passage, question: str) -> bool:
    """Whether a passage, or a way of asking for it, has every content word of a question.

    One word can turn it round: "hair growth" lies close to "hair loss".
    """
    told = " ".join((passage.heading, passage.text, *passage.questions))
    return set(terms(canonical(question))) <= set(terms(canonical(told)))


def cite(hit: Hit) -> Citation:
    """The citation of a hit: its document, sources, review date, and the closest sentence verbatim."""
    passage = hit.passage
    quote = hit.quote if hit.quote and hit.quote in passage.text else first_sentence(passage.text)
    return Citation(
        document=passage.document,
        revision=passage.revision,
        title=f"{passage.title}: {passage.heading}" if passage.path else passage.title,
        source="; ".join(source.title for source in passage.sources) or passage.title,
        url=next((source.url for source in passage.sources if source.url), ""),
        reviewed_on=passage.reviewed_on,
        passage=passage.key,
        quote=quote,
    )


def first_sentence(text: str) -> str:
    """The first sentence of a passage, verbatim; the first line where it has none."""
    found = sentences(text.split("\n\n")[0])
    return found[0] if found else text.split("\n")[0]


def _perhaps(
    text: str,
    found: Found,
    decision: Decision,
    searcher: Searcher,
    calibration: Calibration,
    shown: Collection[str],
) -> tuple[str, ...]:
    """Questions to tap on for who may have meant one of them; none where nothing comes near."""
    if decision.probability < PERHAPS:
        return ()
    return offers(text, found.hits, searcher, calibration, shown, including_best=True)


def offers(
    question: str,
    hits: Sequence[Hit],
    searcher: Searcher,
    calibration: Calibration,
    shown: Collection[str] = (),
    *,
    including_best: bool = False,
) -> tuple[str, ...]:
    """Questions near this one to tap on: each is answered by its own section, and none was asked just now.

    The best hit was said, unless `including_best` says that it was not.
    """
    asked = set(terms(canonical(question)))
    offered: list[str] = []
    for hit in hits if including_best else hits[1:]:
        heading = plain(hit.passage.heading)
        told = not including_best and hit.passage.path == hits[0].passage.path
        known = hit.passage.key in shown or told
        same = asked == set(terms(canonical(heading)))
        if not heading.endswith("?") or known or same or heading in offered:
            continue
        if min(hit.question, hit.late) < NEAR_ENOUGH:
            continue
        if answers_itself(hit.passage, searcher, calibration):
            offered.append(heading)
        if len(offered) == RELATED:
            break
    return tuple(offered)


def answers_itself(passage: Passage, searcher: Searcher, calibration: Calibration) -> bool:
    """Whether who asks for the passage's heading is answered with that passage.

    Looked up once per passage and corpus; a publication brings a new searcher, which knows nothing yet.
    """
    known = searcher.answering.get(passage.key)
    if known is None:
        found = searcher.find(plain(passage.heading), limit=HITS_NEEDED)
        right = found.hits[0].passage.path == passage.path if found.hits else False
        known = (
            right
            and found.hits[0].passage.reply is ReplyKind.ANSWER
            and decide(found, searcher.corpus, calibration).answer
        )
        searcher.answering[passage.key] = known
    return known


def prepare_offers(searcher: Searcher, calibration: Calibration) -> None:
    """Look up a few more of the questions that may be offered, before a patient has to wait for it.

    To be called now and then; does nothing once it is done, or when the corpus is too large for it.
    """
    passages = searcher.corpus.passages
    if len(passages) > OFFERS_PREPARED or len(searcher.answering) >= len(passages):
        return
    missing = (passage for passage in passages if passage.key not in searcher.answering)
    for passage in islice(missing, OFFERS_AT_ONCE):
        answers_itself(passage, searcher, calibration)


def evidence(hits: Sequence[Hit], decision: Decision) -> dict[str, object]:
    """Why the bot said what it said, for advisors: hits with scores, and the decision with its numbers."""
    return {
        "probability": round(decision.probability, 4),
        "threshold": decision.threshold,
        "features": {name: round(value, 4) for name, value in decision.features.items()},
        "hits": [
            {
                "passage": hit.passage.key,
                "document": hit.passage.document,
                "revision": hit.passage.revision,
                "heading": hit.passage.heading,
                "score": round(hit.score, 4),
                "dense": round(hit.dense, 4),
                "question": round(hit.question, 4),
                "lexical": round(hit.lexical, 4),
                "late": round(hit.late, 4),
            }
            for hit in hits
        ],
    }
