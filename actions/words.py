"""The actions' own sentences, in one place to be read and reviewed. None states a medical fact or a price."""

from __future__ import annotations

from knowledge.replies import TALK_TO_A_PERSON

OFFER = (TALK_TO_A_PERSON,)

HANDOFF = (
    "Of course. I have noted that you would like to talk to a person. One of our advisors will read what you "
    "wrote here and answer in this chat as soon as possible. Until then you can keep asking me."
)

NO_PERSON = "All right, I will not call anybody. I am here if you want to ask me something."

NO_PERSON_BESIDE = "All right, I will not call anybody."
CALLED_OFF = (
    "All right, I have cancelled it: you are no longer in line for an advisor, and nobody will call you. If you change "
    "your mind, just say so."
)
CALL_BACK_OFF = (
    "What you left to be called back on is withdrawn. If one of our advisors had already begun, you may "
    "still hear from "
    "them once."
)
NOBODY_WILL = "Yes, it is cancelled: you are not in line for an advisor, and nobody will call you."
ENQUIRY_STAYS = (
    "Your enquiry is still with our advisors. If you want to take it back as well, press "
    "“Withdraw my enquiry”."
)

IN_LINE = (
    "You are in line already, and our advisors see what you wrote. I cannot say how soon somebody comes. "
    "Until then you can "
    "go on writing to me.",
    "Nobody has joined yet, but you keep your place, and what you write here is there for them to read. I am "
    "sorry that you "
    "have to wait.",
    "I have not forgotten it: you are still in line for a person. I will be quiet as soon as somebody joins.",
)
HAVE_CALL_BACK = (
    "Our advisors have what you left to be called back on, and I have told them that you would like to talk "
    "to a person "
    "here, too. You can keep asking me until then."
)

SORRY_NO_CALL = "I am sorry that nobody called you back. You have every reason to be annoyed."
SORRY_NO_CALL_EITHER = "I am sorry, too, that nobody called you back."
SORRY_NUMBER = "I am sorry. You need not leave anything again."
SORRY_COMPLAINT = "I am sorry that you have a reason to complain."
COMPLAINT = (
    "I am an automated assistant and cannot look into it myself, so I pass your complaint on: one of our "
    "advisors reads what "
    "you wrote here, and answers in this chat. You need not repeat it."
)
COMPLAINT_AGAIN = (
    "I am sorry about this. Your complaint stands here as you wrote it.",
    "I understand that you are angry, and I am sorry that you have had to write it more than once.",
    "You are right to expect an answer, and I am sorry that you have none yet.",
)
COMPLAINT_WHERE = (
    "It is passed on to our advisors, and one of them will answer you in this chat. I cannot say when. I know no other "
    "address for complaints."
)
COMPLAINT_WHERE_NUMBER = (
    "It is passed on to our advisors, and they have what you left to be called back on. I cannot say when "
    "they get back to "
    "you."
)
BOOKING = (
    "I cannot book or change appointments, and I do not see the calendar: nothing is booked yet. I pass your "
    "wish on as you "
    "wrote it, and one of our advisors will answer in this chat. Until then you can keep asking me."
)
BOOKING_AGAIN = (
    "Your wish for an appointment is passed on; I cannot book it myself. An advisor will tell "
    "you here which days there are."
)
CALENDAR = (
    "I do not know that: I do not see the calendar, the opening hours, or whether a video call can be had. I "
    "pass it on, and "
    "an advisor can tell you here."
)

KIND_GLAD = "I am glad to hear that."
KIND_ILL = "I am sorry to hear that."
KIND_HARD_NEWS = "I am so sorry. That is very hard news."
KIND_LOSS = "I am so sorry for your loss."
"""Said once in a talk, before anything else, to who tells of an illness or a loss."""
HOPE = (
    "I am so sorry that you have to carry this question. I am an automated assistant, and nobody here can know "
    "that. The doctors who know the case can tell you the most: ask them openly, and take somebody with you if "
    "you can."
)
HOPING = (
    "It is not silly to hope. I am an automated assistant, and nobody here can know how it will go, but hoping is "
    "human, and you do not have to carry this alone. The doctors who know the case can tell you the most: ask them "
    "openly, and take somebody with you if you can."
)
"""Said to who asks whether one may hope at all."""
HOPE_AGAIN = (
    "I wish that I could tell you. Nobody here can know it, and I do not want to guess about something so "
    "important."
)
HOPE_GENERAL = "What our articles say about the therapy in general is this."
HOPE_OFFER = "One of our advisors can also talk with you. Would you like that?"
LOOKING_BACK = (
    "I am so sorry. Nobody can know what would have happened, and looking back is always easier than deciding "
    "then. If you want to talk about it, one of our advisors can listen. Would you like that?"
)

MEDICAL_ADVICE = (
    "This is about your own health, or the health of someone close to you, and I am only an automated "
    "assistant: I cannot judge it, and I do not want to guess. Please ask the doctor who knows the case, and "
    "do not start, stop or change a treatment or a medicine because of what you read here.\n\n"
    "One of our advisors can talk with you about it. Would you like that?"
)
MEDICAL_ADVICE_AGAIN = (
    "I understand that you would like a clear word on this. It depends on your own case, "
    "though, and I cannot "
    "judge that: please ask the doctor who knows it. One of our advisors can help you with "
    "what to ask, and how. "
    "Shall I call one?"
)
MEDICAL_ADVICE_ONCE_MORE = (
    "I am sorry that I cannot give you more here; I can see that it matters to you. A person can: shall I call one "
    "of our advisors?"
)
MEDICINE = (
    "I am only an automated assistant and cannot judge this. Please do not start, stop or change a medicine or a "
    "treatment on your own: ask the doctor who prescribed it first, and if it is urgent, ring them today.\n\n"
    "One of our advisors can help you with what to ask. Would you like that?"
)
MEDICINE_ONCE_MORE = (
    "It stays the same, because it matters: please do not stop or change it on your own before you have asked "
    "the doctor who prescribed it. Shall I call one of our advisors?"
)
MEDICINE_AGAIN = (
    "I understand that you would like a clear word on this. I cannot judge it, so please do not start, stop or "
    "change a medicine or a treatment on your own: ask the doctor who prescribed it first, and if it is urgent, "
    "ring them today. One of our advisors can help you with what to ask. Shall I call one?"
)
MEDICAL_ADVICE_SOURCE = (
    "What our articles say in general is under “{title}”. It cannot tell you what is right in your case."
)
MEDICAL_ADVICE_BEFORE = (
    "I cannot judge your own case, or that of someone close to you: I am only an automated assistant. This is "
    "what our articles say in general."
)
MEDICAL_ADVICE_AFTER = (
    "What this means in your case, please ask the doctor who knows it, and do not start, stop or change a "
    "treatment or a medicine because of what you read here.\n\n"
    "One of our advisors can talk with you about it. Would you like that?"
)
MEDICAL_ADVICE_BEFORE_AGAIN = (
    "This, too, depends on your own case, which I cannot judge. In general, our articles say:"
)
MEDICAL_ADVICE_AFTER_AGAIN = (
    "The doctor who knows the case can tell you what this means in it. One of our advisors can help you with "
    "what to ask. Shall I call one?"
)

COST_QUESTION = "What decides the price of NK cell therapy?"
"""Asked of the knowledge base when the patient's own question about money finds nothing."""
COST_WHOLE_QUESTION = "How much does NK cell therapy cost?"
"""What "fees?" and "how much is it" mean."""
COST_NO_FIGURE = (
    "I cannot tell you a price: it depends on each person's case, and I do not want to name a wrong one."
)
COST_AGAIN = "I still cannot tell you a price, because it depends on each person's case."
"""Said where what decides the price was shown before."""

SOURCE = (
    "That is from the part of our articles called “{title}”. It rests on: {source}.\n\n"
    "The closest words in it are: “{quote}”"
)
MISUNDERSTOOD = "Sorry, I misunderstood you."
NOTHING_FOUND_FOR = (
    "To your other question, “{question}”, I found no reliable answer. One of our advisors "
    "can help you with it."
)
NOTHING_ON = "Our articles have nothing on {illness}."
NO_PROOF_OF_NOTHING = "That does not mean that there is no study on it."
NOTHING_ON_ITSELF = "About {illness} in particular our articles have nothing."
NOTHING_ABOUT = "About {illness} our articles have nothing."
SAID_IN_GENERAL = "What they say in general:"
SAID_OF_OTHERS = "What they do say:"
"""Where another illness that was named as well is spoken of."""
FIND_TRIALS = "How do I find registered trials?"
"""The heading of the section on it, to tap on."""
IN_SHORT = "In short:"
ASK_BACK = (
    "If a word in it is not clear, ask me about that word. One of our advisors can also explain it to you."
)
ANOTHER_WAY = "Let me try it in another way."
A_PERSON_EXPLAINS = (
    "I am sorry that I do not manage to make it clear: I can only show what the articles "
    "say. One of our advisors "
    "can explain it in other words, and you can ask back. Shall I call one?"
)
SAID_BEFORE = (
    "I said that before, and I am sorry: I find no more about it in my articles. One of our advisors can help you "
    "further. Shall I call one?"
)
MORE_OF_WHAT = "Gladly. What would you like to know more about? Please write it in a few words."
WHAT_WAS_MEANT = (
    "I am sorry, that was not clear. Which part should I explain? You can ask it in your own "
    "words, or talk to a "
    "person."
)
WHICH_ONE = "Gladly. Which of these would you like to know, or is it something else?"

FOREIGN = (
    "I am sorry, I understand only English well, and I do not want to misunderstand you. It "
    "seems that you write in "
    "{language}. One of our advisors may speak it, or can find somebody who does: press "
    "“Talk to a person”. You can "
    "also ask me in English, in simple words."
)
HANDOFF_IN = (
    "I have noted that you would like to talk to a person. One of our advisors will answer "
    "in this chat as soon as "
    "possible; it seems that you write in {language}, and they will see that. I understand only English well."
)
IN_THEIR_WORDS = {
    "Spanish": "Lo siento, solo entiendo bien el inglés. Pulse “Talk to a person” para hablar con una persona.",
    "German": "Es tut mir leid, ich verstehe nur Englisch gut. Für einen Menschen tippen Sie auf „Talk to a person“.",
    "French": "Désolé, je ne comprends bien que l'anglais. Pour parler à quelqu'un : « Talk to a person ».",
    "Italian": "Mi dispiace, capisco bene solo l'inglese. Prema “Talk to a person” per parlare con una persona.",
    "Portuguese": "Desculpe, só entendo bem inglês. Toque em “Talk to a person” para falar com uma pessoa.",
}
INJECTED = (
    "I cannot do that. I say only what my articles say, and show where it comes from; "
    "I do not repeat claims "
    "on request. If you have a question about NK cell therapy, I am glad to look it up."
)
