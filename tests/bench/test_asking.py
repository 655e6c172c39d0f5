from __future__ import annotations

from tests.bench.asking import PER_CONVERSATION, Answer, NoReply, ask_at_once
from tests.bench.questions import articles, endless, listed_questions


class Conversation:
    """Answers everything but 'silence'; one reply of each conversation is missing afterwards."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.closed = False

    def ask(self, text: str) -> Answer:
        self.asked.append(text)
        if text == "silence":
            raise NoReply("nothing came")
        return Answer(0.01, cited=text != "hello")

    def missing(self) -> int:
        return 1

    def close(self) -> None:
        self.closed = True


def test_every_question_is_accounted_for() -> None:
    opened: list[Conversation] = []

    def open_one() -> Conversation:
        opened.append(Conversation())
        return opened[-1]

    texts = endless(["what are nk cells", "hello", "silence"])
    done = ask_at_once(open_one, texts, patients=3, each=PER_CONVERSATION + 2)
    asked = 3 * (PER_CONVERSATION + 2)
    assert [len(each.asked) for each in opened] == [PER_CONVERSATION, 2] * 3
    assert all(each.closed for each in opened)
    assert len(done.answers) == asked * 2 // 3
    assert len(done.cited) == asked // 3
    assert done.lost == asked // 3 + len(opened)
    assert done.share(0.5) == 10.0


def test_the_articles_give_enough_to_ask() -> None:
    questions = listed_questions(articles())
    assert len(questions) > 100
    assert questions == listed_questions(articles())
