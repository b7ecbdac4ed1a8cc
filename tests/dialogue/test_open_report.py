"""What follows a report: invented parses, and whole turns with the real model."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.turn import FOLLOWS, REPORTS
from dialogue.context import TOPIC
from dialogue.open_report import (
    FRESH,
    added,
    filed,
    is_over,
    open_report,
    settled,
)
from tests.pipeline import MONDAY_MORNING, Line, buttons_of, text_of

FIRE, SCAM, CRIME = "report_fire", "report_scam", "report_crime"


def parsed(procedures=(("none", 1.0),), question="overview", sure=0.5, **acts: float):
    name = max(acts, key=lambda act: acts[act])
    understanding = {
        "acts": list(acts.items()),
        "procedures": procedures,
        "questions": [question],
        "question_confidence": sure,
    }
    return {"intent": {"name": name, "confidence": acts[name]}, "entities": [], "understanding": understanding}


def follow(text: str, topic: str = CRIME, slots=None, **read):
    before = parsed(**read)
    after = added(before, topic, text, slots or {})
    return None if after is before else (after["intent"]["name"], after["understanding"][FOLLOWS])


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("so 12 ngo 45 nguyen trai", "tells"),
        ("2 thằng đi exciter đỏ đen", "tells"),
        ("giờ em phải làm gì", "asks"),
        ("báo ai bây giờ", "asks"),
        ("cho tôi giấu tên", "anonymous"),
        ("em báo nhầm ạ", "mistaken"),
        ("không có cháy nhà, anh đang nói chạy xe", "mistaken"),
        ("à nhầm, không có cháy, em nhìn lộn", "mistaken"),
        ("trời ơi đã bảo không cháy nhà mà, ko cần đâu", "mistaken"),
        ("họ có biết ai báo k, sợ mích lòng", "anonymous"),
        ("mà báo thế này họ có biết tôi báo không, ngại lắm", "anonymous"),
        ("em không biết ai bảo công an tới", "tells"),
        ("em không biết có báo công an được không nữa", "tells"),
        ("k có ai đánh cháu hết, cháu chỉ hỏi làm giấy tờ thôi", "mistaken"),
    ],
)
def test_what_says_nothing_else_is_added(text, how) -> None:
    assert follow(text, out_of_scope=0.6, unclear=0.4) == (CRIME, how)


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("dập được rồi anh ơi", "over"),
        ("bác bảo vệ khóa van rồi, hết mùi rồi", "over"),
        ("khóa van gas rồi mà mùi vẫn nồng nặc", "tells"),
        ("hết lửa rồi mà khói mù mịt, có người ngất", "tells"),
        ("hết khói rồi nhưng lửa lại bùng lên", "tells"),
        ("xe cứu hỏa tới rồi cảm ơn", "over"),
        ("xong rồi ạ chữa cháy tới r, cảm ơn", "over"),
        ("công an tới rồi, cảm ơn mấy anh", "over"),
        ("xe cấp cứu tới chở nội đi rồi cảm ơn", "over"),
        ("cứu hỏa chưa tới, có người kẹt", "tells"),
        ("gọi 114 không được", "call_fails"),
        ("không ai bắt máy", "call_fails"),
        ("tôi an toàn rồi, nó về nhà nó rồi", "over"),
        ("có người lo rồi, không sao", "over"),
        ("ở đây chưa an toàn", "tells"),
        ("không còn lửa nữa đâu", "over"),
        ("không còn lửa nhưng khói đen mù mịt", "tells"),
        ("không còn chạy được nữa", "tells"),
        ("nhắm tôi mà bắn", "tells"),
        ("tôi nói không cháy nhà mà cháy xe", "tells"),
        ("có cháy gì đâu", "mistaken"),
        ("à nhầm, ý em là cái bếp điện chạy khét, rút điện rồi, không còn lửa", "over"),
        ("nhầm, ý em là hẻm 5 đang cháy", "tells"),
        ("có cháy gì đâu, khói đen lắm", "asks"),
        ("không dập được lửa", "tells"),
        ("thấy lửa rồi", "tells"),
        ("công an đến rồi mà nó đang chém người", "tells"),
        ("không có cháy nhà mà cháy xe rồi cứu với", "tells"),
        ("à nhầm, không phải số 21, nhà số 12", "tells"),
        ("cháy gì đâu đó bên nhà hàng xóm", "asks"),
        ("có lạc đâu, ở nhà mà", "mistaken"),
        ("công an tới chưa", "coming"),
        ("tui gọi rồi", "coming"),
        ("chừng nào công an xuống", "coming"),
        ("bé tên gì em ko biết. em gọi 113 rồi, giờ sao nữa", "coming"),
        ("nó biết tôi báo rồi trả thù", "anonymous"),
        ("nó đang tới trả thù", "tells"),
        ("không biết mình bao giờ mới được cứu", "tells"),
        ("gọi 114 rồi trong lúc chờ phải làm gì", "asks"),
        ("nó không cho gọi công an rồi giờ làm sao", "asks"),
        ("chưa ai gọi công an rồi giờ làm sao", "asks"),
        ("bé ho ra máu chưa cầm được", "tells"),
        ("chồng em có đánh em chảy máu đầu", "asks"),
        ("không biết cháu có lạc đi đâu mất rồi", "asks"),
        ("người đó chết rồi", "tells"),
        ("hàng xóm đổ xăng rồi", "tells"),
        ("có người chạm điện rồi", "tells"),
        ("không còn an toàn", "tells"),
        ("chạy ra đâu cho an toàn", "asks"),
        ("sao lâu tới vậy", "coming"),
        ("ngày nào cũng vậy", "tells"),
    ],
)
def test_after_an_alarm_its_end_and_calls_that_fail_are_understood(text, how) -> None:
    assert follow(text, FIRE, unclear=0.9) == (FIRE, how)


def test_who_goes_back_to_the_matter_is_not_kept_in_the_report() -> None:
    assert follow("có người lo rồi, quay lại chuyện của em", FIRE, unclear=0.9) is None
    assert follow("có người lo rồi", FIRE, unclear=0.9) == (FIRE, "over")
    assert follow("nó quay lại đập cái cửa", FIRE, unclear=0.9) == (FIRE, "tells")


def test_a_theft_is_not_over_when_the_police_came() -> None:
    assert not is_over(CRIME, "công an tới rồi") and is_over(FIRE, "công an tới rồi")
    assert not is_over(None, "dập được rồi")


@pytest.mark.parametrize("act", ["request_officer", "complaint", "thanks", "goodbye", "insult"])
def test_acts_that_the_conversation_knows_stay_themselves(act) -> None:
    assert follow("x", **{act: 0.5}) is None
    assert follow("x", **{act: 0.49, "unclear": 0.5}) is not None


def test_another_kind_of_report_is_one_only_when_it_is_sure() -> None:
    assert follow("mất luôn xe", SCAM, report_crime=0.6) is None
    assert follow("mất luôn xe", SCAM, report_crime=0.59) == (SCAM, "tells")


@pytest.mark.parametrize("text", ["nó chạy rồi ạ", "no chay roi a", "thằng trộm chạy mất", "tui no bo chay het roi"])
def test_whoever_ran_away_is_no_fire(text) -> None:
    assert follow(text, report_fire=0.9) in ((CRIME, "tells"), (CRIME, "asks"))
    assert follow("nhà nó cháy rồi", report_fire=0.9) is None


def test_a_question_about_our_matters_is_answered() -> None:
    card = [("cap_lai_the_can_cuoc", 0.5), ("cap_doi_the_can_cuoc", 0.4)]
    assert follow("làm lại căn cước tốn nhiêu", procedures=card, ask=0.9) is None
    assert follow("trong ốp có thẻ căn cước luôn", procedures=card, ask=0.9) == (CRIME, "tells")
    assert follow("phải báo công an sao", procedures=[("to_giac_toi_pham", 0.9)], ask=0.9) == (CRIME, "asks")
    assert follow("được rồi, giờ hỏi việc căn cước của bé", procedures=card, ask=0.5) is None
    assert follow("công an đến rồi. giờ tôi muốn làm lại căn cước", FIRE, procedures=card, ask=0.5) is None


def test_a_cry_for_advice_never_leaves_a_danger() -> None:
    def asked(text: str, topic: str, slots=None):
        before = parsed(ask=0.9, unclear=0.1)
        before["understanding"]["talk"] = {"kinds": [["procedure", 0.95]]}
        return added(before, topic, text, slots or {}) is before

    matter = {"procedure": "dang_ky_tam_tru"}
    assert not asked("phải làm sao", FIRE) and not asked("phải làm sao", FIRE, matter)
    assert asked("mai làm lại căn cước ở đâu", FIRE), "names a matter of ours"
    assert asked("còn cái kia thì sao", CRIME, matter) and not asked("còn cái kia thì sao", CRIME)


def test_an_alarm_is_never_more_of_a_theft() -> None:
    def stays(kind: str) -> bool:
        before = parsed(**{kind: 0.99})
        before["understanding"]["talk"] = {"kinds": [[CRIME, 0.95]]}
        return added(before, CRIME, "chợ cháy rồi", {}) is before

    assert stays("report_fire") and stays("emergency") and not stays(SCAM)


def test_a_plain_question_goes_back_to_what_was_talked_about() -> None:
    read = {"question": "fee", "sure": 0.9, "ask": 0.8}
    assert follow("có mất phí như nó nói không", SCAM, {"procedure": "dinh_danh_dien_tu"}, **read) is None
    assert follow("có mất phí như nó nói không", SCAM, {}, **read) == (SCAM, "asks")


def test_a_report_is_fresh_for_two_hours() -> None:
    slots = filed({"procedure": "tach_ho"}, FIRE, MONDAY_MORNING)
    assert open_report(slots, MONDAY_MORNING + FRESH) == FIRE
    assert open_report(slots, MONDAY_MORNING + FRESH + timedelta(seconds=1)) is None
    assert settled(slots, MONDAY_MORNING + timedelta(days=1))[TOPIC] is None
    assert settled(slots, MONDAY_MORNING) == slots
    assert settled({TOPIC: "ask_status"}, MONDAY_MORNING) == {TOPIC: "ask_status"}
    assert open_report(None, MONDAY_MORNING) is None and settled(None, MONDAY_MORNING) == {}


@pytest.mark.parametrize(
    ("text", "report", "later", "topic"),
    [
        ("còn cái xe anh phải lên phường trình báo hay nhắn đây là được", CRIME, 0, CRIME),
        ("vụ ồn hồi nãy thì báo ai", CRIME, 0, CRIME),
        ("kẻ trộm đem căn cước anh đi vay thì sao", CRIME, 3, None),
        ("cần giấy tờ gì", CRIME, 0, None),
        ("clip đánh nhau gửi cho ai", FIRE, 0, None),
    ],
)
def test_words_of_a_report_that_was_left_open_it_again(text, report, later, topic) -> None:
    slots = {**filed({"procedure": "tach_ho"}, report, MONDAY_MORNING), TOPIC: None}
    assert settled(slots, MONDAY_MORNING + timedelta(hours=later), text).get(TOPIC) == topic
    status = {**slots, TOPIC: "ask_status"}
    assert settled(status, MONDAY_MORNING, text) == status


@given(st.text(max_size=80), st.sampled_from(sorted(REPORTS)))
def test_any_text_is_added_or_left_alone(text, topic) -> None:
    before = parsed(unclear=0.5, ask=0.3)
    after = added(before, topic, text, {})
    assert after is before or after["intent"]["name"] == topic


@pytest.fixture
def citizen(session_of, brain) -> Line:
    return Line(session_of(brain))


async def test_an_address_after_a_fire_is_added_and_the_end_of_it_is_no_second_report(citizen, pool) -> None:
    first = await citizen.say("chay nha ben canh roi cuu voi")
    assert first.outcome["status"] == "danger"
    assert list(buttons_of(first)) == ["Tôi đã an toàn"]
    address = await citizen.say("so 12 ngo 45 nguyen trai")
    assert (address.report, address.outcome["status"]) == (FIRE, "report_filed")
    assert "thêm vào tin báo" in text_of(address) and "114" in text_of(address)
    over = await citizen.say("xe cuu hoa toi roi cam on")
    assert over.report is None and over.outcome["kind"] == "smalltalk" and "an toàn" in text_of(over)


async def test_the_button_says_that_the_danger_is_over(citizen) -> None:
    await citizen.say("cháy nhà rồi cứu với")
    over = await citizen.say("Tôi đã an toàn")
    assert over.report is None and "an toàn" in text_of(over)


async def test_questions_after_a_scam_are_answered_about_it(citizen) -> None:
    await citizen.say("em vừa bị lừa chuyển khoản 20 triệu, nó giả danh công an")
    back = await citizen.say("em có lấy lại tiền được không")
    assert back.outcome["kind"] == SCAM and "ngân hàng" in text_of(back)
    more = await citizen.say("nó còn bắt em cài app lạ nữa")
    assert more.report == SCAM and "tắt mạng" in text_of(more).lower()
    again = await citizen.say("nó xưng tên Hùng")
    assert again.report == SCAM and "thêm vào tin báo" in text_of(again)


async def test_every_step_of_a_scam_is_met_with_what_to_do_now(citizen) -> None:
    first = await citizen.say("vua co ng goi xung cong an phuong bao ho so vneid bi loi, gui link keu cap nhat")
    assert first.report == SCAM and "đừng bấm đường link" in text_of(first)
    clicked = await citizen.say("toi lo bam vao cai link roi")
    assert clicked.report == SCAM and "Gọi ngân hàng ngay" in text_of(clicked)
    app = await citizen.say("chua nhap gi nhung ma no tu tai ve 1 cai app")
    assert "tắt mạng" in text_of(app).lower()
    money = await citizen.say("bay gio moi thay tru 20tr roi")
    assert money.report == SCAM and "ngân hàng" in text_of(money)


async def test_what_the_neighbourhood_said_is_no_explosion(citizen) -> None:
    await citizen.say("hang xom hat karaoke keo loa tu trua toi h 11h dem chua nghi")
    said = await citizen.say("to dan pho noi r ma no k nghe")
    assert said.report == CRIME


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("chua, toi chua cai gi het, toi so that nen hoi lai day", "not_done"),
        ("chưa ạ", "not_done"),
        ("e chua chuyen tien", "not_done"),
        ("chuyển rồi", "tells"),
        ("chưa nhập nhưng nó tự tải về cái app", "tells"),
        ("chưa, mà e lỡ đọc mã rồi", "tells"),
        ("bấm vào thì nó tải về file, tôi chưa mở, chưa chuyển tiền", "tells"),
        ("chưa bấm vào link", "not_done"),
        ("nó kêu cài app mà em chưa cài", "not_done"),
        ("chuyển 2 triệu mua điện thoại mà nó không gửi", "tells"),
        ("ngân hàng không trả lời", "tells"),
        ("chưa gọi ngân hàng ạ", "asks"),
        ("em không đọc mã cho ai mà tài khoản bị trừ 20 triệu", "tells"),
        ("chưa mất tiền, mới đọc otp cho nó", "tells"),
        ("chưa chuyển đồng nào, mà nó bắt cài cái app xong máy nóng ran", "asks"),
        ("chưa biết làm sao nữa", "asks"),
    ],
)
def test_who_did_nothing_yet_is_heard_after_a_scam(text, how) -> None:
    assert follow(text, "report_scam", report_scam=0.7, complaint=0.2) == ("report_scam", how)
    if how == "not_done":
        assert follow(text, "report_scam", complaint=0.7) == ("report_scam", how)
