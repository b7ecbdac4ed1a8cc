"""After a report or an alarm, what follows belongs to it: an address, more of what happened, "what do I do now".

All but a clear question about a procedure, what goes on about one in the talk, a wish that the conversation knows by
itself, and plainly another kind of report is added to the open one. `topic` and `topic_at` are slots of the
conversation, and so is `reported`, the kind of the last report: who comes back to it after asking something else opens
it again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from actions.turn import FOLLOWS, REPORTS
from components.phrases import names_any, phrases
from components.talk import PROCEDURE, TELLS
from components.text import fold
from dialogue.context import ASK, ASK_STATUS, LAST, NONE, OUT_OF_SCOPE, TOPIC, next_kind
from dialogue.danger import danger
from handoff.store import URGENT_KINDS

TOPIC_AT, REPORTED = "topic_at", "reported"
_OF_REPORTS = frozenset({NONE, *REPORTS.values()})
FRESH = timedelta(hours=2)
BY_ITSELF = frozenset(
    {"request_officer", "complaint", "thanks", "goodbye", "greet", "insult", "bot_challenge", "start_over", "compare"}
)
"""Acts that stay what they are when they are at least so sure."""
SURE_OF_ACT, SURE_OF_OTHER, SURE_OF_MATTER, SURE_OUTSIDE = 0.5, 0.6, 0.6, 0.85
LEAST_ASK = 0.35
CERTAIN_MATTER, CERTAIN_ASK = 0.9, 0.9
"""Probabilities from which a text is about a procedure although it asks nothing ("bà mất cái thẻ căn cước rồi")."""
PLAIN_QUESTIONS = frozenset({"fee", "documents", "online", "form", "where", "processing_time"})
SURE_OF_QUESTION, SURE_ELSEWHERE = 0.75, 0.7
"""Questions that are asked of a procedure, not of a report, when one was talked about before; and probability from
which a message read as the next one of the talk is about a procedure."""
ASKING = re.compile(
    r"\b(?:gi|chi|rang|nao(?! cung)|dau|sao|may|nhieu|(?:goi|bao|gap|hoi|tim) ai|cach|phai lam)\b"
    r"|\bhoi (?:ve|viec|vu|chuyen|them|cai|tiep)\b"
    r"|\b(?:gio|roi|mai|nhan tien) (?:\w+ ){0,2}(?:muon|can|dinh|tinh|phai) "
    r"(?:di )?(?:lam|xin|dang ky|nhap|doi|cat|tach|chuyen|khai)\b"
    r"|\b(?:khong|chua|ha|a)(?: (?:a|ad|em|anh|chi|ban|nhi|vay))*$"
)
OVER = re.compile(
    r"\b(?:dap (?:tat |duoc )?(?:lua |chay )?(?:duoc )?roi|(?<!khong )(?<!chua )(?<!sao )(?<!co )dap duoc|"
    r"tat (?:duoc )?roi|het chay|"
    r"het (?:mui|khoi|lua)(?: \w+)? roi|"
    r"(?:khong|chang) con (?:lua|khoi|mui)|"
    r"(?<!khong )(?<!het )(?<!mat )(?<!duoc )(?<!con )(?<!cho )an toan(?: roi\b|$)|"
    r"(?:cong an|cuu hoa|chua chay|dan phong|cap cuu|xe cuu thuong|ben 114|114|113|115)(?: \w+)? "
    r"(?:toi|den)(?: \w+){0,4} roi|"
    r"(?:keo|vot|cuu|dua) (?:\w+ ){0,3}(?:len|ra|vo|vao|xuong|di vien)?(?: duoc)? roi|on roi|het nguy hiem|"
    r"co (?:nguoi|bao ve|hang xom|benh vien) (?:lo|xu ly|cham soc) (?:cho )?roi|"
    r"(?:tim|kiem) (?:thay|duoc|ra) (?:\w+ ){0,3}roi|thay (?!(?:lua|khoi|mau|dao|xac)\b)(?:\w+ )?roi|"
    r"ve (?:den |toi )?nha roi|"
    r"khong sao (?:roi|nua))\b"
)
NOT_OVER = re.compile(
    r"\b(?:chua(?! chay (?:toi|den|tat|xong))|khong thay|(?<!khoa )(?<!dong )van(?! (?:ga|gas|binh|nuoc))|cuu voi|ket|"
    r"mau len|sap|ngat|xiu|lan (?:sang|ra|rong)|(?<!khong )(?<!chang )con (?:mui|khoi|chay|lua|nang|nhieu)|"
    r"khoi (?:\w+ )?(?:nhieu|day|den|mu|nghit|ngat|boc)|"
    r"lai (?:chay|bung)|mu mit|"
    r"(?:chay|lua|khoi|mui)(?: \w+)? (?:lai|them))\b"
)
BUT = re.compile(r"\b(?:mà|ma|nhưng|nhung)\b", re.IGNORECASE)
"""After these, in a text as typed, what is over or mistaken may turn out to be going on."""
_ELSE_BURNS = (
    r"(?!.*\b(?:chay (?:xe|kho|quan|tiem|cho|bep|rung|cay|tu|phong|can|day|ben|o|xuong|chung cu)"
    r"|khoi (?:\w+ )?(?:nhieu|day|den|mu|nghit|boc))\b)"
)
"""Not before what burns instead, or smokes: "không cháy nhà mà cháy xe"."""
MISTAKEN = re.compile(
    r"(?<!khong )(?<!phai )(?<!dau co )\b"
    r"(?:(?:bao|nhan|bam|hieu) nham|nham (?:roi|thoi)|(?:dua|gion|thu) (?:thoi|choi))\b"
    r"|^(?:da |a |o |oi |u |uh |xin loi ){0,2}nham (?=khong co )"
    r"|\b(?:(?:da|em|toi|minh) (?:bao|noi) (?:la )?khong (?:co )?chay (?:nha|gi)|"
    r"khong (?:co )?chay nha(?: gi)? dau|"
    rf"(?<!biet )(?<!khong )co chay (?:gi|nao) (?:dau|ma chay))\b(?! (?:do|duoc)\b){_ELSE_BURNS}"
    r"|^(?:da |u |oi )?(?:khong )?co (?:ai )?(?:lac|bi gi|mat tich|chay nha)(?: gi| mat)? dau"
    r"(?:$| (?:a|ma|nha|em|anh|chi|o nha)\b)"
    r"|\bkhong (?:co )?ai (?:danh|hai|bat nat|lam gi (?:em|toi|minh|con|chau|nha)|hanh ha)\b"
    r"|\b(?:khong|dau) (?:co|phai) (?:la )?(?:chay nha|nguy hiem|bao (?:chay|dong)|cap cuu)\b"
)
CALL_FAILS = re.compile(
    r"\b(?:goi|dien|lien lac) (?:\w+ ){0,3}khong (?:duoc|ai|dam|co|bat)"
    r"|\bkhong (?:dam |the |co tien |tien )?(?:goi|dien)"
    r"|\bkhong (?:ai )?(?:bat may|nghe may)|\bmay ban\b|\bhet (?:tien|pin)\b"
)

NOT_DONE = re.compile(
    r"^(?:da )?(?:chua|khong)(?: (?:a|em|e|toi|minh|co|chi|anh|ad|dau))*$"
    r"|(?<!ngan hang )(?<!no )(?<!ho )(?<!shop )(?<!ai )\b(?:chua|khong) (?:\w+ )?"
    r"(?:cai|tai|bam|chuyen|nhap|doc|mat|dua|gui|lam|tra loi)(?: (?:gi|dau|dong|tien|ma)\b|$)"
    r"|^(?:da )?chua\b(?! (?:\w+ )?(?:biet|hieu|thay|noi|xong|goi|bao|khoa|lay|ra|trinh|lien he)\b)"
)
DONE_AFTER_ALL = re.compile(
    r"^(?!.*\b(?:chua|khong) (?:\w+ )?(?:cai|tai)\b).*\b(?:cai|tai) (?:cai )?(?:app|ung dung|phan mem)\b"
    r"|\b(?:nhung|lo|(?:tu|no|thi) (?:tai|cai|dong)|tai ve|(?<!chua )(?<!khong )(?:bam|nhan|click) (?:vao|cai|link)|"
    r"(?:cai|tai|bam|chuyen|nhap|doc|gui|dua|mat|tru)(?: \w+){0,3} roi|"
    r"da (?:cai|tai|bam|chuyen|nhap|doc|gui|dua|mat)|"
    r"(?:moi|chi|co|bi|vua) (?:cai|tai|bam|chuyen|nhap|doc|gui|dua|mat|tru)|"
    r"tien (?:\w+ )?(?:bay|mat|het)|"
    r"(?<!chua )(?<!khong )(?:em|e|toi|minh|me|ba|bo|vo|chong|ong|con) (?:cai|tai|bam|chuyen|nhap|doc|gui|dua|mat))\b"
    r"|\b\d+ ?(?:k|tr|trieu|cu|ty|nghin|ngan)\b"
)
"""Nothing was done yet of what a swindler wanted; and something was all the same."""
COMING = re.compile(
    r"\b(?:cong an|canh sat|cuu hoa|chua chay|dan phong|cap cuu|xe|ai|ho(?= (?:di )?(?:toi|den|xuong)\b)|cac anh|"
    r"may anh|may chu|cac chu)\b.*"
    r"\b(?:toi|den|xuong|ra|qua) (?:\w+ )?chua\b"
    r"|(?<!khong )(?<!chua )(?<!cho )(?<!ai )\b(?:goi|dien|bao) (?:cho )?(?:113|114|115|cong an|cap cuu|cuu hoa) roi"
    r" (?:gio|roi|bay gio) (?:lam )?(?:sao|the nao)(?: nua)?(?: (?:a|ad|em|anh|chi))*$"
    r"|^(?:da |roi |em |toi |tui |minh |con |chau ){0,3}(?:goi|dien|bao)"
    r"(?: (?:113|114|115|cong an|cap cuu|cuu hoa))? roi(?: (?:a|ad|em|anh|chi|nha|do))*$"
    r"|\b(?:bao gio|khi nao|chung nao|bao lau(?: nua)?|sao lau) (?:\w+ ){0,3}(?:toi|den|xuong)\b"
)
"""Whether help is on its way."""
BACK = re.compile(
    r"\b(?:quay lai|tro lai|tiep tuc|noi tiep|hoi tiep) (?:\w+ ){0,2}(?:chuyen|viec|vu|cau|thu tuc|ho so)\b"
)
"""Who wants to go back to what was talked about before the report."""
FLED = re.compile(
    r"(?<!nha )(?<!xe )\b(?:no|han|ho|nguoi do|thang \w+|may thang|tui no|bon no|tui nay|bon nay|chung no|ke gian|"
    r"trom|cuop)(?: \w+){0,2} chay\b(?! nha)"
)
"""Whoever did it ran away: without accents "chạy" is written like a fire."""
RETURNS = re.compile(
    r"\b(?:trinh bao|vua bao|to cao|to giac|lam chung|clip|ke (?:trom|gian|xau|lua)|"
    r"thang trom|dua (?:trom|lua)|hung thu|"
    r"(?:len|ra|toi) (?:phuong|cong an) (?:viet|lam) (?:don|bien ban)|viet don (?:trinh|to|khieu)|"
    r"(?:vu|viec) (?:trom|cuop|giat|danh nhau|lua|on|karaoke|hang xom|xe|vi|tien|no|bao (?:cong an|tin)|"
    r"hoi nay|luc nay|ban nay)|"
    r"vu mat (?:xe|vi|trom|cap|tien|dien thoai|do))\b"
)
"""Words of a report by which somebody comes back to it, on folded text."""
ANONYMOUS = re.compile(
    r"\b(?:giau|an|giu kin|khong (?:muon )?(?:neu|khai|de lo|lo|ghi)) (?:ten|danh tinh|danh)\b|\bnac danh\b"
    r"|\b(?:bi|so|nham|roi) (?:\w+ ){0,2}tra thu\b|\bgiu (?:bi mat|kin)\b"
    r"|\bco ten (?:trong|tren) (?:bao cao|don|tin bao)\b"
    r"|\b(?:biet|lo) (?:la )?(?:toi|em|minh|tui|con|bac) bao(?= (?:roi|cong an|tin)\b|$)"
    r"|(?<!khong )(?<!chua )\b(?:biet|lo) (?:la )?(?:toi|em|minh|tui|bac) bao(?= (?:khong|ha)\b)"
    r"|\b(?:biet|lo) (?:duoc )?(?:la )?ai (?:da |la nguoi )?bao(?= (?:khong|ha|dau|tin)\b|$)"
    r"|(?<!khong )(?<!chua )\b(?:biet|lo) (?:duoc )?(?:la )?ai (?:da |la nguoi )?bao(?= cong an\b)"
)


def open_report(slots: Mapping[str, Any] | None, at: datetime) -> str | None:
    """The kind of report that the conversation is about, while it is fresh."""
    topic, since = (slots or {}).get(TOPIC), (slots or {}).get(TOPIC_AT)
    if topic not in REPORTS or not since:
        return None
    return str(topic) if at - datetime.fromisoformat(since) <= FRESH else None


def settled(slots: Mapping[str, Any] | None, at: datetime, text: str = "") -> dict[str, Any]:
    """The slots, without a report that is too old to go on about, and with the one that a text comes back to."""
    known = dict(slots or {})
    if known.get(TOPIC) in REPORTS:
        return known if open_report(known, at) else {**known, TOPIC: None}
    again = {**known, TOPIC: known.get(REPORTED)}
    if known.get(TOPIC) or known.get(REPORTED) in URGENT_KINDS or not open_report(again, at):
        return known
    return again if RETURNS.search(fold(text)) else known


def filed(slots: Mapping[str, Any] | None, report: str, at: datetime) -> dict[str, Any]:
    """The slots after a report was filed or added to."""
    return {**(slots or {}), TOPIC: report, TOPIC_AT: at.isoformat(), LAST: report, REPORTED: report}


def is_over(topic: str | None, text: str) -> bool:
    """Whether a text says that a danger is over ("dập được rồi"), or was none ("em báo nhầm")."""
    folded = fold(text)
    over = OVER.search(folded) and not NOT_OVER.search(folded)
    said = bool(over or MISTAKEN.search(folded))
    return topic in URGENT_KINDS and said and not _goes_on_after_all(text)


def _goes_on_after_all(text: str) -> bool:
    """Whether a danger follows a "but": "công an đến rồi mà nó đang chém người"."""
    return any(danger(part) for part in BUT.split(text)[1:])


def added(parsed: dict[str, Any], topic: str, text: str, slots: Mapping[str, Any]) -> dict[str, Any]:
    """The parse data of a message after a report of the kind `topic`, as an addition to it unless it is its own thing.

    `follows` of the understanding says how it goes on: `over`, `mistaken`, `call_fails`, `anonymous`, `coming`,
    `not_done`, `asks`, `tells`.
    """
    understanding, folded = parsed.get("understanding") or {}, fold(text)
    if not understanding.get("acts"):
        return parsed
    how = _how(topic, text)
    if how in ("not_done", "over", "coming") and (BACK.search(folded) or _asks_of_ours(understanding, folded)):
        return parsed
    if how in ("asks", "tells"):
        # "phải làm sao" amid a danger asks for help, whatever the talk was about before.
        leaves = names_any(phrases().matters, folded) or (topic not in URGENT_KINDS and bool(slots.get("procedure")))
        if _own_thing(parsed, topic, folded, slots) or (leaves and _goes_on_elsewhere(understanding)):
            return parsed
    procedure = REPORTS[topic] if how == "asks" else None
    entities = [entity for entity in parsed.get("entities") or [] if entity["entity"] != "procedure"]
    entities += [{"entity": "procedure", "value": procedure}] if procedure else []
    intent = {"name": topic, "confidence": parsed["intent"]["confidence"]}
    return {**parsed, "intent": intent, "entities": entities, "understanding": {**understanding, FOLLOWS: how}}


def _how(topic: str, text: str) -> str:
    folded = fold(text)
    if MISTAKEN.search(folded) and not _goes_on_after_all(text):
        return "mistaken"
    if is_over(topic, text):
        return "over"
    if topic in URGENT_KINDS and CALL_FAILS.search(folded):
        return "call_fails"
    if ANONYMOUS.search(folded):
        return "anonymous"
    if topic in URGENT_KINDS and COMING.search(folded):
        return "coming"
    if topic == "report_scam" and NOT_DONE.search(folded) and not DONE_AFTER_ALL.search(folded):
        return "not_done"
    if FLED.search(folded):
        return "tells"
    return "asks" if ASKING.search(folded) else "tells"


def _own_thing(parsed: Mapping[str, Any], topic: str, folded: str, slots: Mapping[str, Any]) -> bool:
    """Whether a message is not about the report."""
    understanding = parsed["understanding"]
    acts = {str(name): float(sure) for name, sure in understanding["acts"]}
    if any(acts.get(act, 0.0) >= SURE_OF_ACT for act in BY_ITSELF):
        return True
    if topic not in URGENT_KINDS and acts.get(ASK_STATUS, 0.0) >= SURE_OF_ACT:
        return True
    others = [kind for kind in REPORTS if kind != topic and not (kind == "report_fire" and FLED.search(folded))]
    sure = [kind for kind in others if acts.get(kind, 0.0) >= SURE_OF_OTHER]
    if any(kind in URGENT_KINDS for kind in sure) or (sure and not _belongs(understanding, topic)):
        return True
    if acts.get(OUT_OF_SCOPE, 0.0) >= SURE_OUTSIDE and ASKING.search(folded):
        return True
    named = [float(sure) for name, sure in understanding.get("procedures") or [] if name not in _OF_REPORTS]
    sure_of_question = float(understanding.get("question_confidence") or 0.0) >= SURE_OF_QUESTION
    plain = understanding["questions"][0] in PLAIN_QUESTIONS
    if slots.get("procedure") and plain and sure_of_question and acts.get(ASK, 0.0) >= SURE_OF_ACT:
        return True
    certain = max(named, default=0.0) >= CERTAIN_MATTER and acts.get(ASK, 0.0) >= CERTAIN_ASK
    return (certain and names_any(phrases().matters, folded)) or _asks_of_ours(understanding, folded)


def _goes_on_elsewhere(understanding: Mapping[str, Any]) -> bool:
    """Whether the message, read as the next one of the talk, asks or tells of a procedure and not of the report."""
    kind, sure = next_kind(understanding)
    return kind in (PROCEDURE, TELLS) and sure >= SURE_ELSEWHERE


def _belongs(understanding: Mapping[str, Any], topic: str) -> bool:
    """Whether the message, read as the next one of the talk, is more of a report that is not urgent."""
    kind, sure = next_kind(understanding)
    return topic not in URGENT_KINDS and kind == topic and sure >= SURE_ELSEWHERE


def _asks_of_ours(understanding: Mapping[str, Any], folded: str) -> bool:
    """Whether a message asks about one of our procedures, certainly or by its words."""
    named = sum(float(sure) for name, sure in understanding.get("procedures") or [] if name not in _OF_REPORTS)
    ask = float(dict(understanding["acts"]).get(ASK, 0.0))
    asks = ask >= LEAST_ASK and bool(ASKING.search(folded))
    return bool(named >= SURE_OF_MATTER and asks and (ask >= CERTAIN_ASK or names_any(phrases().matters, folded)))
