"""From the code of a consent to tokens, and what an operator reads when that fails.

Source: Zalo OA reference of 2026-11-22, §3.1 and §3.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.zalo import setup
from connectors.zalo.oauth import TokenError, TokenLater, TokenRefused
from connectors.zalo.setup import Consent, NotConnected
from connectors.zalo.tokens import ConsentNeeded
from connectors.zalo.transport import Endpoints, make_http
from storage.intake import Intake
from storage.sealed import CantOpen

SEALED = "Không mở được khóa của OA vì khóa bí mật của hệ thống đã đổi. Bấm “Đặt lại khóa”, rồi bấm “Kết nối”."
GONE = "OA này vừa bị xóa, nên chưa kết nối."
LATER = "Zalo đang bận hoặc không kết nối được, nên chưa cấp khóa. Chờ vài phút rồi bấm “Kết nối” lần nữa."
UNKNOWN = "Không nhận được trả lời của Zalo, nên chưa kết nối. Bấm “Kết nối” lần nữa."
WHY: Mapping[int, str] = {
    -14002: "Zalo không biết App ID này. Xem lại App ID trong trang quản lý ứng dụng; nếu sai, thêm lại OA.",
    -14003: "Địa chỉ nhận mã chưa được khai báo. Dán “Địa chỉ nhận mã” của trang này vào mục Thiết lập chung của ứng"
    " dụng rồi bấm “Kết nối” lần nữa.",
    -14004: "App Secret không đúng. Bấm “Đặt lại khóa”, dán App Secret của ứng dụng, rồi bấm “Kết nối” lần nữa.",
    -14005: "Mã cấp quyền đã hết hạn hoặc đã dùng rồi. Bấm “Kết nối” lần nữa và cấp quyền trong 10 phút. Nếu vẫn vậy,"
    " xem câu 20 của docs/operators/zalo_go_live.md.",
    -14029: "Ứng dụng chưa được Zalo duyệt. Gửi duyệt ứng dụng, chờ kết quả, rồi bấm “Kết nối” lần nữa.",
}  # fmt: skip
NAMES: Mapping[str, int] = {
    "invalid app id": -14002,
    "invalid redirect uri": -14003,
    "invalid secret key": -14004,
    "invalid authorized code": -14005,
}
"""Some refusals have no number."""
OTHER = "Zalo từ chối cấp khóa ({why}). Xem lại ứng dụng và quyền của OA trên Zalo, rồi bấm “Kết nối” lần nữa."


class Failed(Exception):
    """An account was not connected; the text is for an operator."""


async def connect(intake: Intake, endpoints: Endpoints, *, oa_id: str, code: str, verifier: str) -> None:
    """Exchange a code and keep the tokens; the account is connected.

    Args:
        verifier: of the pair with which the consent was asked for.

    Raises:
        Failed: it is not.
    """
    consent = Consent("", "", verifier)
    try:
        async with make_http() as http:
            await setup.finish(
                intake.pool, http, endpoints, intake.secret, oa_id=oa_id, code=code, consent=consent, now=intake.now()
            )
    except CantOpen:
        raise Failed(SEALED) from None
    except (NotConnected, ConsentNeeded):
        raise Failed(GONE) from None
    except TokenError as error:
        raise Failed(words_of(error)) from error


def words_of(error: TokenError) -> str:
    """Why no tokens came, and what to do."""
    if isinstance(error, TokenLater):
        return LATER
    if not isinstance(error, TokenRefused):
        return UNKNOWN
    code = error.code if error.code is not None else NAMES.get(error.name.strip().lower())
    if code is not None and code in WHY:
        return WHY[code]
    return OTHER.format(why=f"mã {error.code}" if error.code is not None else error.name[:80] or "không nói lý do")
