"""The actions' own sentences, in one place to be read and reviewed. None states a medical fact or a price."""

from __future__ import annotations

from knowledge.replies import TALK_TO_A_PERSON

OFFER = (TALK_TO_A_PERSON,)

HANDOFF = (
    "Of course. I have noted that you would like to talk to a person. One of our advisors will read what you "
    "wrote here and answer in this chat as soon as possible. Until then you can keep asking me."
)

MEDICAL_ADVICE = (
    "This is about your own health, or the health of someone close to you, and I am only an automated "
    "assistant: I cannot judge it, and I do not want to guess. Please ask the doctor who knows the case, and "
    "do not start, stop or change a treatment or a medicine because of what you read here.\n\n"
    "One of our advisors can talk with you about it. Would you like that?"
)
MEDICAL_ADVICE_SOURCE = (
    "What our articles say in general is under “{title}”. It cannot tell you what is right in your case."
)

COST_QUESTION = "What decides the price of NK cell therapy?"
"""Asked of the knowledge base when the patient's own question about money finds nothing."""
COST_NO_FIGURE = (
    "I cannot tell you a price: it depends on each person's case, and I do not want to name a wrong one. One "
    "of our advisors can tell you what it would cost for you, and what is included. Would you like to talk to "
    "a person?"
)
