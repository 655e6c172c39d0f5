"""What is said to feelings, in several wordings each. No medical fact, no promise."""

from __future__ import annotations

FIRST = (
    "I am sorry. This sounds very hard, and it makes sense that it weighs on you. I am only an automated "
    "assistant, but "
    "I am here, and you can tell me as much as you like. One of our advisors can talk with you, too. Would "
    "you like that?",
)
LISTENING = (
    "Thank you for telling me. I am only an automated assistant, but I am here at any hour, and you can "
    "write as much as "
    "you like. If you would rather talk to a person, just say so.",
    "I hear you. There is nothing you have to ask or decide here. Write whatever is on your mind; and if a human voice "
    "would do you more good, one of our advisors can talk with you.",
    "That is a lot to carry. Take your time. I am a program and cannot take it away, but you need not hold it in here.",
    "I am glad that you write it down and do not keep it to yourself. Is there somebody near you whom you "
    "could tell it, "
    "too? If not, one of our advisors can listen.",
)
LONELY = (
    "I am sorry that you are so alone with this. I am only a program, but I am here at any hour, and you can tell me "
    "whatever you like. If you would like to hear a human voice, one of our advisors can talk with you.",
    "That stillness can be very hard. You need not have a question to write here: tell me about it, if you "
    "like. And if "
    "there is somebody you could ring, a friend or a neighbour, that may do more good than a program can.",
    "I am still here, and you can go on writing for as long as you like. You do not have to be alone with "
    "it: one of our "
    "advisors can talk with you, too.",
)
HURT = (
    "I am so sorry. That was thoughtless of me, and it should not have been shown to you now. I am a program "
    "and did not "
    "see what it would mean to you. If you would like to talk to a person, say so.",
    "I am sorry that I hurt you. You did not deserve that. You can tell me what you need, or talk to a person.",
)
HURT_AFTER_LOSS = (
    "I am so sorry: for your loss, and that I hurt you on top of it. That was thoughtless of me. I would "
    "like one of our "
    "advisors to hear what happened to you. Shall I call one?",
    "I am sorry. I hurt you when you were grieving already. One of our advisors can listen better than I can.",
)
WILL_BE_OK = (
    "I wish I could tell you that. Nobody can know it, and I do not want to say something hollow. What I can "
    "say: being "
    "afraid now is no weakness, and you do not have to get through this alone. You can go on writing to me, "
    "and one of our "
    "advisors can talk with you.",
    "I would so like to say yes. It would not be honest, because nobody knows. But you may be afraid here, and you may "
    "ask for a person at any moment.",
)
PROMISE = (
    "I cannot promise that, and nobody honestly can. I wish I could: I can see how much it means to you. "
    "What I can do is "
    "tell you what is known and what is not, or call one of our advisors.",
    "I know that you would like to hear a promise. I would not be honest if I gave you one. If you like, ask "
    "me what is "
    "known so far, and I show you where it comes from.",
)
GLAD = (
    "I am so glad to hear that! If there is anything you would like to know, I am here.",
    "That is good to hear. I am glad with you. Write whenever you have a question.",
)
LIGHT = (
    "Good to hear you laugh! What would you like to know?",
    "Ha! I am here if you have a question about NK cell therapy.",
)
FRIGHT = (
    "Oh, I am sorry for the fright! I would rather ask once too often. I am glad that all is well. Is there "
    "anything else?",
    "Sorry about that! I am careful with some words. Good that you can laugh about it.",
)
TOO_HARD = (
    "I am sorry, I took that the wrong way. I am glad that it is not so.",
    "Sorry, I misread you again. Thank you for saying so.",
)
PUT_RIGHT = (
    "Thank you for putting that right, and I am sorry that I got it wrong. What would you like to know, or to tell me?",
    "I am sorry that I mixed that up. Thank you for telling me.",
)
PUT_RIGHT_WHO = (
    "Thank you for putting that right, and I am sorry that I got it wrong: it is {who} who died. You can "
    "tell me more, or "
    "ask me what you would like to know."
)
WHO = (
    "So it is about {who}. I am sorry that you are so worried. If you like, tell me what has happened, or ask me "
    "what you would like to know."
)
WHAT = (
    "{what}: that is a hard word to live with. You can tell me more about it, or ask me what is known, and I "
    "look up what "
    "our articles say."
)
WHO_AND_WHAT = (
    "I am sorry that {who} has to go through this ({what}), and you as well. You can tell me more, or ask me "
    "what is known, "
    "and I look up what our articles say."
)

FEAR_BEFORE = (
    "It is all right to be scared, and I am sorry that this frightens you.",
    "I can hear how much this frightens you.",
    "Being afraid is only human.",
)
GRIEF_BEFORE = ("I am sorry that this weighs on you so.", "I can hear how hard this is.")
"""Said before an answer."""
