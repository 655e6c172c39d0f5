"""What is said to talk about the talk, in several wordings each, so that nothing is said twice in a row."""

from __future__ import annotations

from knowledge.replies import TALK_TO_A_PERSON

SORRY = "I am sorry for repeating myself."
RIGHT = "You are right."
BEFORE_AN_ANSWER = {
    "repeats": SORRY,
    "sorry": "No harm done, and no need to be sorry.",
    "insult": "I am sorry that this makes you angry.",
}
"""Shorter words, where an answer follows."""
SUM = (
    "Sums are not my job, I am afraid: I only look things up about NK cells. Is there something you would "
    "like to know?",
    "I really cannot do sums. A pocket calculator beats me there. On NK cells I can help.",
)
REPEATS_IN_LINE = (
    "You are right, and I am sorry: I said the same again. Nobody has joined yet. You are in line, and what you "
    "wrote is there for our advisors to read.",
    "I am sorry, you have heard that before. A person has not joined yet, and more than that I do not know.",
)
SURE_OF_SOURCE = (
    "What I told you comes from the source that is shown under it. I am a program and can still pick the "
    "wrong part, so "
    "please check what matters to you with a doctor; one of our advisors can look at it, too.",
    "I go by the source under the answer, and I cannot be surer than it is. A doctor or one of our advisors "
    "can check it.",
)
SURE = (
    "I can be wrong: I am a computer program. Where I answer from an article, I show the source, so that you "
    "can check. A "
    "doctor or one of our advisors can tell you more surely.",
    "Not always. I am a program, and I can misread a message. Please check what matters with a doctor or an advisor.",
)
FEELS_WITH_YOU = (
    "No, I am a program, so I do not feel it. But you can write to me at any hour, and I am glad that you "
    "do. How is it "
    "for you just now?",
    "I am a program and cannot feel that the way you do. You can tell me about it, though, for as long as you like.",
)
TEXTS: dict[str, tuple[str, ...]] = {
    "human": (
        "No, no human is typing. I am a computer program. If you ask for a person and one of our advisors "
        "joins, you see "
        "their name.",
        "No. Everything that comes from me is written by a program. When a person joins, you are told so, "
        "with the name.",
    ),
    "prove": (
        "I cannot prove it, but it is true: I am a computer program, and no human is typing. If you would "
        "rather have a "
        "person, just say so.",
        "There is no clever proof. I answer within a second or two, at any hour, and only about NK cells: "
        "that is all a "
        "program like me can do.",
    ),
    "understands": (
        "Only in part, to be honest. I compare your words with my articles, and I can get it wrong. Please "
        "try again in "
        "other words, or ask for a person.",
        "Not the way a person does. I look for the article that fits your words best. If I missed what you "
        "meant, tell me "
        "in a few other words.",
    ),
    "repeats": (
        f"{SORRY} I am a program, and that was not what you needed. Tell me in other words what you are "
        "looking for, or "
        "talk to a person.",
        "You are right, and I am sorry: I said the same again. One of our advisors can do better than I do here.",
    ),
    "report": (
        "No. I report nobody, and nothing happens to you because of what you write here. Only when somebody may be in "
        "danger do I tell our advisors, so that they can help.",
        "No, do not worry about that. Nobody is reported here.",
    ),
    "seller": (
        "This is the chat of a clinic that offers NK cell therapy, so it is fair that you ask. I am its automated "
        "assistant and a program: I earn nothing. What I answer comes from articles, with the source under "
        "it, and I do "
        "not leave out what is not proven. Please get the view of a doctor who does not offer it, too.",
        "The clinic behind this chat offers NK cell therapy. That is why I show where each answer comes from: you can "
        "check it, and ask a doctor who has nothing to do with it.",
    ),
    "only a joke": (
        "Ha, I walked right past it. I am a program, and jokes are hard for me. Ask me about NK cells "
        "whenever you like.",
        "Got it, that was a joke! I am a bit slow with those. What would you like to know?",
    ),
    "joke": (
        "I am no good at that, I am afraid: I only know NK cells, and they have no sense of humour. What "
        "would you like to "
        "know about them?",
        "I wish I could make you smile. All I have is articles on NK cells, but those I look up gladly.",
        "My talents end at NK cells, sorry! If you have a question about them, I am here.",
    ),
    "sorry": (
        "No harm done, and no need to be sorry. This is a hard time, and I am here whenever you want to go on.",
        "That is all right. Everybody may be angry here. Just write when there is something you would like to know.",
    ),
    "insult": (
        "You are angry, and I am sorry if I made it worse. I am only a program and get things wrong. If you "
        "like, one of "
        "our advisors can take over.",
        "I can take that. I am sorry that I did not help. Tell me what you need, or talk to a person.",
    ),
    "feels": (
        "I am a program, so I do not feel anything. It is kind of you to ask, though. What can I look up for you?",
        "No feelings here, only articles on NK cells. How about you?",
    ),
    "weather": (
        "I cannot see out of the window: I am a program and only know NK cells. I hope it is a good day where you are.",
        "The weather is beyond me, I am afraid. NK cells I can tell you about.",
    ),
    "opinion": (
        "I have no opinion on that: I only know NK cells. But I like it that you ask. What would you like to "
        "know about them?",
        "That is outside my little world, which is all about NK cells. Ask me about those whenever you like.",
        "I would love to have a view on that, but I am a program for questions on NK cells.",
    ),
}
WITH_PERSON = dict.fromkeys(("repeats", "insult", "understands", "human", "prove"), (TALK_TO_A_PERSON,))
"""After these a person is offered."""
