"""The fixed sentences of the knowledge base's replies, in one place to be read and reviewed.

None of them states a medical fact; facts come from passages only.
"""

from __future__ import annotations

ABSTAIN = (
    "I could not find a reliable answer to that in my articles, so I would rather not guess. "
    "One of our advisors can help you with it – just press “Talk to a person”."
)
ABSTAIN_PERHAPS = (
    "I could not find a reliable answer to exactly that in my articles, so I would rather not guess. "
    "Perhaps you meant one of the questions below? If not, one of our advisors can help you – "
    "just press “Talk to a person”."
)
ABSTAIN_UNCLEAR = (
    "I am not sure I understood that. Could you ask it again in a few more words? "
    "Or press “Talk to a person” and an advisor will help you."
)
ABSTAIN_AGAIN = (
    "The part of my articles that comes closest is the one you have already seen (“{title}”), and it says no more "
    "about this. One of our advisors can go into it with you – just press “Talk to a person”."
)
IN_SHORT_AGAIN = (
    "In short: {sentence}\n\nThat is what my articles have on it (“{title}”); they say no more. One of our advisors "
    "can go into it with you – just press “Talk to a person”."
)
AS_SAID = "As my articles say:"
TALK_TO_A_PERSON = "Talk to a person"
CLAIM_LEAD = "This is what **{source}** states; it is a claim, not something we have checked:"
