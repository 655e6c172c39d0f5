"""What is said while an enquiry is taken down, in one place to be read and reviewed. No fact, no price."""

from __future__ import annotations

from knowledge.replies import TALK_TO_A_PERSON

START = "Ask for a price"
GO_ON = "Go on with my enquiry"
SKIP = "Skip this"
CANCEL = "Cancel the enquiry"
SEND = "Yes, send it"
WHY = "Why do you ask?"
ANY_TIME = "Any time"

OFFER = (
    "Would you like an advisor to contact you about a price for your case? Then press “Ask for a price”, or "
    "just write your name and how to reach you."
)
OFFER_QUICK_REPLIES = (START, TALK_TO_A_PERSON)

BEGIN = (
    "Gladly. I take a few details down for an advisor; you see everything before it is sent, and nothing is "
    "sent unless you agree. You can write it all in one message, or one thing after the other."
)
BEGIN_NOTED = (
    "Thank you. I take this down for an advisor; you see everything before it is sent, and nothing is sent unless "
    "you agree."
)
TAKEN_FROM_BEFORE = "This I have from what you wrote before; just tell me if something is wrong:"
RESUME = "Good, let us go on with your enquiry."

ASK = {
    "name": "What name may the advisor use?",
    "contact": "How can an advisor reach you: by e-mail or by phone? Please write the address or the number.",
    "country": "Which country do you live in? It helps to plan, and you can skip it.",
    "about": (
        "What is the enquiry about: which illness, and whom is the treatment for? A few words "
        "are enough, and "
        "you can skip it."
    ),
    "time": "When would it suit you to be called or written to?",
}
ASK_AGAIN = {
    "name": "To go on with your enquiry: what name may the advisor use?",
    "contact": "To go on with your enquiry: which e-mail address or phone number may the advisor use?",
    "country": "To go on with your enquiry: which country do you live in? You can skip it.",
    "about": "To go on with your enquiry: what is it about, in a few words? You can skip it.",
    "time": "To go on with your enquiry: when would it suit you to be contacted?",
    "consent": "To go on with your enquiry: shall I send it to an advisor as you see it above?",
}
ASK_EMAIL = "Which e-mail address may an advisor write to? You need not give a phone number."
ASK_TEXT = "Which number may an advisor send a text message to?"
ASK_ILLNESS = "Which illness is it about? A few words are enough, and you can skip it."
NOT_UNDERSTOOD = {
    "name": "I did not catch a name. Please write it as the advisor should use it, such as “Ana Lima”, or skip it.",
    "contact": (
        "I could not find an e-mail address or a phone number in that. Please write it such as "
        "name@example.org or +41 79 555 01 23."
    ),
    "country": "I did not catch the country. Please write its name, such as “Italy”, or skip it.",
    "about": "Please tell me in a few words what it is about, or skip it.",
    "time": "Please tell me when it suits you, such as “weekday mornings”, or skip it.",
    "consent": "Shall I send this to an advisor? Please answer yes or no; you can also change something first.",
}
WRONG = {
    "email": (
        "That does not look like a complete e-mail address. Please check it and write it again, such as "
        "name@example.org."
    ),
    "phone": (
        "That does not look like a complete phone number. Please check it and write it again with its area "
        "code, such as +41 79 555 01 23."
    ),
}
WHY_NEEDED = {
    "name": "The advisor would like to know how to address you. A first name is enough, and you can skip it.",
    "contact": (
        "Without an e-mail address or a phone number nobody could answer you. It is used for "
        "this enquiry only. "
        "If you would rather not give it, you can talk to an advisor here in the chat instead."
    ),
    "country": "Travel, papers and insurance differ from country to country. You can skip it.",
    "about": "Every case is different: so the advisor can prepare. You can skip it.",
    "time": "So that you are not disturbed at a bad moment. You can skip it.",
    "consent": "Your details are passed on only if you agree. They are seen by our advisors, who answer you.",
}
PRIVACY = (
    "What you give here is seen by our advisors only, to answer your enquiry, and is sent "
    "only if you agree at the end."
)

CONTACT_REFUSED = (
    "That is all right. Without an e-mail address or a phone number an advisor cannot "
    "contact you, though. You "
    "can talk to an advisor here in the chat instead and stay anonymous: press “Talk to a "
    "person”. If you change "
    "your mind, just write the address or the number."
)
SKIPPED = "That is fine, we leave it out."
NOTED = ("Thank you.", "Noted, thank you.", "Thank you, I have that.")
SORRY = "I am sorry to hear that. Thank you for telling me."
CORRECTED = "Thank you, I have changed"
"""Followed by what was changed."""
UNCHANGED = "Thank you, that is what I have."
TAKEN_OUT = "I have taken out"
"""Followed by what was taken out."""
ADDED = "I have noted"
"""Followed by what is new at the summary."""
HOW_NOTED = {
    "email": "I have noted that you do not want to be called.",
    "text": "I have noted that you want text messages only.",
    "phone": "I have noted that you want to be reached by phone only.",
}
TWICE = "I am sorry that you had to say it twice."
NOT_ANSWERED = "I am sorry that I did not answer that."
LEFT_OUT = "I leave that out for now; you can add it before it is sent."
SO_FAR = "This is what I have written down so far. Nothing of it has been sent."
NOTHING_SO_FAR = "I have not written anything down yet, and nothing has been sent."
NOT_SENT = "No, your enquiry has not been sent yet. It goes only when you say yes to it."
IT_CAN_WAIT = "It can wait as long as you like."
CONSENT_MEANS = (
    "Consent means that you say yes. Here: that we keep the details you give, and that an advisor contacts you "
    "about your enquiry. You see everything first. Without your yes nothing is sent."
)
DOUBT = "You wrote {given}. Did you mean {meant}?"
DOUBT_YES = "Yes, {domain}"
DOUBT_NO = "No, it is right"
LATER = (
    "Of course, take your time. Your enquiry is kept as it is, and nothing has been sent. You can go on with it "
    "whenever you like, or cancel it."
)
ASK_CHANGE = {
    "name": "Of course. What is the right name?",
    "email": "Of course. What is the right e-mail address?",
    "phone": "Of course. What is the right phone number?",
    "contact": "Of course. What is the right e-mail address or phone number?",
    "country": "Of course. Which country is right?",
    "about": "Of course. What should it say?",
    "time": "Of course. When would it suit you?",
    None: "Of course. What should I change: name, e-mail, phone, country, what it is about, or the time?",
}

SUMMARY = "This is what I would send to an advisor:"
LABELS = {
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "country": "Country",
    "about": "About",
    "time": "When",
    "how": "How",
}
HOW = {
    "email": "only by e-mail, no calls",
    "text": "only by text message, no calls",
    "phone": "only by phone",
    "no calls": "no calls",
}
IN_WORDS = {
    "name": "the name",
    "email": "the e-mail address",
    "phone": "the phone number",
    "country": "the country",
    "about": "what it is about",
    "time": "the time",
    "how": "how to reach you",
}
CHANGE_SOMETHING = "Change something"
CHANGE = ("Name", "E-mail", "Phone", "Country", "What it is about", "When to call")
"""What can be changed, to be tapped on."""
NOT_GIVEN = "not given"
ASK_CONSENT = (
    "Do you agree that we keep these details and that an advisor contacts you about it? You can also "
    "change something, or cancel."
)
CONSENT_REFUSED = (
    "All right, nothing has been sent. Shall I change something first? Or press “Cancel the "
    "enquiry”, and I forget "
    "what you wrote."
)
SENT = (
    "Thank you. I have passed your enquiry on. One of our advisors will contact you about "
    "it{way}{when}. You can "
    "go on asking me here."
)
CANCELLED = "Of course. This enquiry is cancelled: nothing has been sent, and I have dropped its details."
NOTHING_TO_CANCEL = (
    "All right. No enquiry is being filled in at the moment. If you have already sent one, or asked us to call "
    "you, press “Withdraw my enquiry”."
)
WITHDRAW = "Withdraw my enquiry"
WITHDRAWN = (
    "All right. If you sent us an enquiry, or asked us to call you, it is now withdrawn, and our advisors see "
    "that. If one of them had already begun, you may still hear from them once.\n\n"
    "To delete what you wrote here as well, choose “Delete this conversation” in the menu at the top."
)
LEFT_DETAILS = (
    "I have not passed that on to anybody. If an advisor should contact you, about a price or anything else, "
    "press “Ask for a price”; if you would rather talk to somebody now, press “Talk to a person”."
)
PAUSED = (
    "Your enquiry is kept as it is, and nothing has been sent. Say “go on with my enquiry” whenever you like."
)
STILL_HERE = (
    "I am here. If somebody is in danger, please call the emergency number first. Otherwise tell me what I can do "
    "for you. The enquiry can wait; nothing has been sent."
)
HANDOFF_PAUSED = "Your enquiry is kept until you want to go on with it; nothing of it has been sent."

# What is typed in the chat to be called back or written to, outside the form

TAKEN_UP = (
    "Gladly. I take this down for an advisor. You see everything before it is sent, and nothing is sent unless "
    "you agree."
)
TAKEN_UP_AGAIN = (
    "Your enquiry is with our advisors as you sent it. I take this down as a new one in its place; it is sent "
    "only if you agree."
)
CALLBACK_NOTED = "Thank you. I have noted {what} for our advisors, and one of them will get back to you."
CALLBACK_ADDED = "Thank you. I have noted {what} for our advisors, too."
CALLBACK_CHANGED = "Thank you. I have noted {what} for our advisors; it replaces what was noted before."
CALLBACK_CONSENT = (
    "It is kept and used only to get back to you; I cannot promise when. If you do not want that, write "
    "“withdraw”."
)
WITHDRAW_WORD = "Withdraw"
WAYS = {"email": "an e-mail address", "phone": "a phone number"}
ENQUIRY_IS_SENT = "Your enquiry was sent, with {ways}, and our advisors can see it."
CALLBACK_IS_NOTED = "For a call-back I have noted {ways}, and our advisors can see it."
NOT_AMONG_THEM = "So far I have not noted {ways} from you. Write it here, and I note it, too."
NO_TIME = "I do not know how soon they answer, and cannot promise a day or an hour."
ENQUIRY_NOT_SENT = (
    "No, not yet: the enquiry that you began is kept as it is, and nothing of it has been sent. It can wait."
)
NOTHING_NOTED_YET = (
    "No phone number and no e-mail address of yours is noted so far. Our advisors know that you would like to "
    "talk to a person. If you would like to be called or written to, write the number or the address here, and I "
    "note it for them."
)
NOTHING_IS_OPEN = (
    "At the moment no enquiry and no call-back of yours is open with our advisors. If you would like one of them "
    "to contact you about a price, press “Ask for a price”; if you would rather talk here, press “Talk to a "
    "person”."
)
WHAT_IS_NOTED = "⟦what is noted⟧"
"""The web process, which alone has the details, puts them here."""
READ_BACK = (
    f"This is what is noted for our advisors:\n\n{WHAT_IS_NOTED}\n\nIf something is wrong, just write it."
)
IS_WITHDRAWN = (
    "it is withdrawn. Nothing of yours is open with our advisors now. If one of them had already begun, you may "
    "still hear from them once."
)
NOT_WITHDRAWN = "No, it is still with our advisors. If you want to take it back, press “Withdraw my enquiry”."
NOW_WITHDRAWN = (
    "All right, it is withdrawn, and our advisors see that. If one of them had already begun, you may still hear "
    "from them once.\n\n"
    "To delete what you wrote here as well, choose “Delete this conversation” in the menu at the top."
)
MAY_WITHDRAW = "Yes, you can take it back at any time. Shall I withdraw it? Then press “Withdraw my enquiry”."
TAKEN_UP_AFTER_ALL = f"All right, it is noted again:\n\n{WHAT_IS_NOTED}\n\n{NO_TIME}"
SENT_IS_CORRECTED = (
    f"I have changed it, and our advisors see it:\n\n{WHAT_IS_NOTED}\n\nIf one of them had already begun, you may "
    "still hear from them at the old one."
)
WRITE_THE_NEW_WAY = (
    "Yes. Please write the new e-mail address or number here, and I change it for our advisors. You can also press "
    "“Withdraw my enquiry” and send a new one."
)
NEED_NOT_LEAVE = (
    "No, you need not leave anything. Your place here stays, and an advisor will answer you in the chat."
)
