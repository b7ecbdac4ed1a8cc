"""Take a report of crime, fraud, fire or danger; or answer a question about reporting."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import payload
from actions.turn import KINDS, OFFICER_BUTTON, Conversation, Outcome
from procedures import Button, Question, answer

FILED = {
    "report_crime": "report_filed_crime",
    "report_fire": "report_filed_fire_past",
    "report_scam": "report_filed_scam",
    "emergency": "danger_general",
}
TOPICS = {"report_crime": "to_giac_toi_pham", "report_fire": "bao_chay", "report_scam": "lua_dao"}


class ActionReport(Action):  # type: ignore[misc]
    """Runs for report_crime, report_fire, report_scam and emergency."""

    def name(self) -> str:
        return "action_report"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        turn = Conversation(dispatcher, tracker)
        intent = turn.heard.intent
        topic = TOPICS.get(intent)
        if topic and turn.heard.procedure == topic:
            return self._inform(turn, topic)
        buttons = []
        if topic in turn.knowledge.catalog.procedures:
            buttons.append(payload.of_button(Button("Cần làm gì ngay", Question(str(topic), "overview"))))
        buttons.append(OFFICER_BUTTON)
        turn.say(turn.reply(FILED[intent], time=f"{turn.now:%H:%M}"), buttons)
        confidence = round(turn.heard.confidence, 4)
        return turn.done(Outcome("report_filed", KINDS[intent], confidence=confidence, report=intent))

    @staticmethod
    def _inform(turn: Conversation, topic: str) -> list[dict[str, Any]]:
        """A question about reporting is answered from the knowledge base, and nothing is filed."""
        situation = turn.heard.detail("situation")
        question = Question(topic, "overview", situation=situation)
        said = answer(question, turn.knowledge.catalog, turn.knowledge.on)
        turn.say(said.text, payload.of_buttons(said.buttons))
        kind, confidence = KINDS[turn.heard.intent], round(turn.heard.confidence, 4)
        return turn.done(Outcome(said.status, kind, confidence=confidence, sources=said.sources))
