"""Which case, and sometimes which neighbouring procedure, follows from what a citizen said. Conditions live here.

Each rule is a named function of what was said; the ids it returns are checked against the files by a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

GROUNDS = {
    "nha_minh": "nha_cua_minh",
    "nha_thue": "nha_thue_o_nho",
    "nha_nguoi_than": "ve_vo_chong_cha_me",
    "nha_ho_hang": "ve_ong_ba_ho_hang",
}
STAYS = {
    "ky_tuc_xa": "ky_tuc_xa",
    "nha_thue": "nha_tro",
    "nha_nguoi_than": "ho_gia_dinh",
    "nha_ho_hang": "ho_gia_dinh",
}
GOOD = "con_han"
SERVING, SERVICE_AGE, DIVORCED, DEAD = "dang_tai_ngu", "tuoi_nghia_vu", "da_ly_hon", "da_mat"
YEAR = 365
"""Days of absence from which it is declared by everybody, Luật Cư trú, Điều 31 (12 months)."""
FIRST_FROM, FIRST_TO = 14, 18
"""Ages in years at which "làm căn cước" without more is the first card (Luật Căn cước, Điều 19)."""
CARD, CARD_UNDER_14 = "cap_the_can_cuoc", "cap_the_can_cuoc_duoi_14"


@dataclass(frozen=True)
class Said:
    """What a message tells about the citizen's case; None where it says nothing.

    `age` is in whole years (a baby is 0), `stay` in days. `dwelling`, `loss`, `channel`, `person`, `place` and
    `paper` are ids of `components/phrases.yml`; so are `state`, what a person lives through (`da_ly_hon`), and
    `validity`, which says that a paper has not run out, or asks whether it has. `born`, `made` and `expires` are the
    days of birth, of the card, and of its end, as `procedures/moments.py` reads them.
    """

    age: int | None = None
    stay: int | None = None
    dwelling: str | None = None
    loss: str | None = None
    channel: str | None = None
    person: str | None = None
    place: str | None = None
    state: str | None = None
    paper: str | None = None
    validity: str | None = None
    born: str | None = None
    made: str | None = None
    expires: str | None = None

    @property
    def empty(self) -> bool:
        return self == Said(channel=self.channel)


def temporary_residence(said: Said) -> str | None:
    """A child's registration differs most, then the kind of dwelling."""
    if said.age is not None and said.age < 18:
        return "tre_em"
    return "nha_thue" if said.dwelling == "nha_ho_hang" else said.dwelling


def permanent_residence(said: Said) -> str | None:
    """Children under 6 need nobody's consent; who comes back from abroad has papers; otherwise it is the dwelling."""
    if said.age is not None and said.age < 6:
        return "tre_duoi_6"
    if said.person == "viet_kieu":
        return "tu_nuoc_ngoai_ve"
    return GROUNDS.get(said.dwelling or "")


def extension(said: Said) -> str | None:
    """An extension differs once the term has run out, and for children and dormitories."""
    if said.loss == "sap_het_han" or said.validity == GOOD:
        return "con_han"
    if said.loss == "het_han":
        return "qua_han"
    if said.age is not None and said.age < 18:
        return "tre_em"
    return "ky_tuc_xa" if said.dwelling == "ky_tuc_xa" else None


def child_card(said: Said) -> str | None:
    """Below 6 the parents file alone; from 6 to 13 the child comes along."""
    if said.age is None or said.age >= 14:
        return None
    return "duoi_6" if said.age < 6 else "tu_6_den_14"


def digital_identity(said: Said) -> str | None:
    """Children have accounts of their own, by age."""
    if said.age is None or said.age >= 14:
        return None
    return "tre_duoi_6" if said.age < 6 else "tre_6_den_14"


NEW_CARDS_FROM = "2024"
"""Year of the first cards of the new kind (Luật Căn cước, from 01/07/2024); cards of that year may be of either."""


def replaced_card(said: Said) -> str | None:
    """A lost card and a damaged one need different papers; a card of the old kind is replaced by one of the new."""
    if said.loss in ("mat", "hong") and said.made and said.made[:1].isdigit() and said.made[:4] < NEW_CARDS_FROM:
        return "mat_cccd_cu"
    return {"mat": "mat_the", "hong": "hong_the"}.get(said.loss or "")


def exchanged_card(said: Said) -> str | None:
    """A card that has run out has to be exchanged; the old kind is worth nothing whatever its day.

    A lost or broken one is another matter.
    """
    if said.paper in OLD_PAPERS and said.loss not in ("mat", "hong"):
        return "chi_co_cmnd"
    return "cccd_het_han" if said.loss == "het_han" and not said.validity else None


def stay_notice(said: Said) -> str | None:
    """Who has to notify depends on the kind of house."""
    return STAYS.get(said.dwelling or "")


def residence_declaration(said: Said) -> str | None:
    """A child without a registered residence is declared by the parents."""
    return "tre_em" if said.age is not None and said.age < 18 else None


def removal_of_temporary(said: Said) -> str | None:
    """Whoever was away for six months is removed for that."""
    return "vang_6_thang" if said.stay is not None and said.stay >= ABSENT_DAYS else None


def absence(said: Said) -> str | None:
    """Who serves already is declared by nobody; otherwise age, then the length of the absence."""
    if said.state in (SERVING, SERVICE_AGE):
        return {SERVING: "dang_di_nghia_vu", SERVICE_AGE: "nghia_vu_quan_su"}[said.state]
    if said.age is not None and said.age < 18:
        return "chua_du_18"
    return "vang_12_thang" if said.stay is not None and said.stay >= YEAR else None


def removal_of_permanent(said: Said) -> str | None:
    """Who serves is away, which is no reason for removal."""
    return "di_nghia_vu" if said.state == SERVING else None


def split_household(said: Said) -> str | None:
    """After a divorce nobody has to agree."""
    return DIVORCED if said.state == DIVORCED else None


def denied(case: str, said: Said) -> bool:
    """Whether a case does not follow after what is said now: "chưa hết hạn mà", "hết hạn chưa"."""
    return said.validity is not None and case in ("cccd_het_han", "qua_han")


RULES: Mapping[str, Callable[[Said], str | None]] = {
    "dang_ky_tam_tru": temporary_residence,
    "dang_ky_thuong_tru": permanent_residence,
    "gia_han_tam_tru": extension,
    "cap_the_can_cuoc_duoi_14": child_card,
    "cap_lai_the_can_cuoc": replaced_card,
    "cap_doi_the_can_cuoc": exchanged_card,
    "dinh_danh_dien_tu": digital_identity,
    "thong_bao_luu_tru": stay_notice,
    "khai_bao_thong_tin_cu_tru": residence_declaration,
    "xoa_dang_ky_tam_tru": removal_of_temporary,
    "xoa_dang_ky_thuong_tru": removal_of_permanent,
    "khai_bao_tam_vang": absence,
    "tach_ho": split_household,
}


def case_for(procedure: str, said: Said) -> str | None:
    """The case that follows from what was said, or None when it does not tell."""
    rule = RULES.get(procedure)
    return rule(said) if rule else None


def procedure_for(procedure: str, said: Said) -> str:
    """The procedure for what was said: a first card below 14 is one of its own, and so is an old paper in use."""
    if said.paper == ONLY_OLD_PAPER and procedure in (CARD, OLD_NUMBER):
        return EXCHANGED
    if procedure == CARD and said.age is not None and said.age < 14:
        return CARD_UNDER_14
    if procedure == CARD_UNDER_14 and said.age is not None and said.age >= 14:
        return CARD
    return procedure


def depends_on_age(procedure: str) -> bool:
    """Whether a card or account is another matter for a child of another age."""
    return procedure in (CARD, CARD_UNDER_14, "dinh_danh_dien_tu")


def first_card(procedure: str, said: Said) -> bool:
    """Whether an age tells which of the two first cards is meant."""
    return procedure in (CARD, CARD_UNDER_14) and said.age is not None


def card_told(likely: Sequence[str], said: Said, *, only_told: bool) -> str | None:
    """The card that somebody needs who names none: at some ages the first, if likely; an exchange for the old paper.

    Args:
        only_told: whether the message asks nothing ("bà 82 tuổi chỉ có CMND").
    """
    if only_told and said.paper in OLD_PAPERS:
        return EXCHANGED
    if CARD not in likely or said.age is None or not FIRST_FROM <= said.age < FIRST_TO:
        return None
    return CARD


TEMPORARY, PERMANENT, STAY, FOREIGNER = (
    "dang_ky_tam_tru", "dang_ky_thuong_tru", "thong_bao_luu_tru", "khai_bao_tam_tru_nguoi_nuoc_ngoai",
)  # fmt: skip
EXTENDED = "gia_han_tam_tru"
REMOVED, DEREGISTERED = "xoa_dang_ky_tam_tru", "xoa_dang_ky_thuong_tru"
EXCHANGED, REISSUED = "cap_doi_the_can_cuoc", "cap_lai_the_can_cuoc"
OLD_NUMBER = "xac_nhan_so_cmnd"
ONLY_OLD_PAPER = "chi_cmnd"
OLD_PAPERS = ("cmnd", ONLY_OLD_PAPER)
"""What is said of CMND: that there is one, or that somebody has no card but that."""
ABSENT_DAYS = 180
"""Days away from which temporary residence is removed (Luật Cư trú, Điều 29)."""
DECLARED: Mapping[str, tuple[str, ...]] = {
    "nuoc_ngoai": (TEMPORARY, EXTENDED, STAY),
    "quoc_tich_khac": (TEMPORARY, EXTENDED, STAY, PERMANENT),
}
"""Persons who are foreigners, and what is said to be about them but is their declaration. A word about a country
("đi Nhật Bản về") may be of somebody who registers permanently; a nationality is not."""
REGISTERED_FROM = 30
"""Days of stay from which temporary residence is registered (Luật Cư trú, Điều 27); below, the stay is notified."""


def foreign_guest(procedure: str, said: Said) -> str | None:
    """Who declares a foreigner does not notify a stay or register temporary residence."""
    return FOREIGNER if procedure in DECLARED.get(said.person or "", ()) else None


def length_of_stay(procedure: str, said: Said) -> str | None:
    """From 30 days a stay is registered; a stay of months is no permanent residence."""
    if said.stay is None:
        return None
    if procedure == STAY and said.stay >= REGISTERED_FROM:
        return TEMPORARY
    if procedure == TEMPORARY and said.stay < REGISTERED_FROM:
        return STAY
    return TEMPORARY if procedure == PERMANENT and REGISTERED_FROM <= said.stay < 365 else None


def state_of_the_card(procedure: str, said: Said) -> str | None:
    """A lost or broken card is reissued, one that has run out is exchanged."""
    if procedure in (CARD, EXCHANGED) and said.loss in ("mat", "hong"):
        return REISSUED
    return EXCHANGED if procedure == REISSUED and said.loss in ("het_han", "sap_het_han") else None


def after_a_death(procedure: str, said: Said) -> str | None:
    """The card of somebody who died is no lost card: what is to do then stands under deregistration."""
    return DEREGISTERED if said.state == DEAD and procedure in (CARD, EXCHANGED, REISSUED) and not said.loss else None


def new_place(procedure: str, said: Said) -> str | None:
    """After taking the old place off, the new one is registered."""
    return {REMOVED: TEMPORARY, DEREGISTERED: PERMANENT}.get(procedure) if said.place == "cho_moi" else None


NEIGHBOURS = (new_place, foreign_guest, length_of_stay, state_of_the_card)


def neighbour_for(procedure: str, said: Said) -> str:
    """The procedure in place of the one talked about, once a citizen tells more ("thế ở 3 tháng thì sao")."""
    return next((found for rule in NEIGHBOURS if (found := rule(procedure, said))), procedure)


NEAR_LAST_MILESTONE, LAST_MILESTONE = 58, 60
"""Ages in years: a card made from the first lasts for life; an older card is exchanged at the second (Luật Căn cước,
Điều 21)."""
EXEMPT_FROM, EXEMPT_BELOW = 60, 16
EXEMPTIONS = {"can_cuoc": "mien_le_phi_can_cuoc", "cu_tru": "mien_le_phi_cu_tru"}


def leading_item(procedure: str, field_name: str, question: str, said: Said) -> str | None:
    """The item an answer should lead with: the exemption for an age that is exempt from the fee.

    Whoever is past the last milestone of the card is told how long the card is good.
    """
    if said.age is None:
        return None
    if procedure == EXCHANGED and question in ("overview", "eligibility") and said.age >= NEAR_LAST_MILESTONE:
        return "lam_trong_hai_nam" if said.age < LAST_MILESTONE else "den_tuoi"
    if question != "fee":
        return None
    exempt = said.age >= EXEMPT_FROM or said.age < EXEMPT_BELOW
    return EXEMPTIONS.get(field_name) if exempt else None
