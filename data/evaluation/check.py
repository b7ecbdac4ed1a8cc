"""Checks the evaluation files: ids, columns, allowed values, near copies, counts. Run: python data/evaluation/check.py"""
import collections
import csv
import difflib
import pathlib
import re
import sys
import unicodedata

import yaml

HERE = pathlib.Path(__file__).parent
KINDS = set("procedure report_crime report_fire report_scam emergency handoff complaint smalltalk status out_of_scope ambiguous".split())
PROCEDURES = set("""dang_ky_tam_tru gia_han_tam_tru xoa_dang_ky_tam_tru dang_ky_thuong_tru xoa_dang_ky_thuong_tru tach_ho
thong_bao_luu_tru khai_bao_tam_vang xac_nhan_thong_tin_cu_tru khai_bao_thong_tin_cu_tru dieu_chinh_thong_tin_cu_tru
khai_bao_tam_tru_nguoi_nuoc_ngoai cap_the_can_cuoc cap_the_can_cuoc_duoi_14 cap_doi_the_can_cuoc cap_lai_the_can_cuoc
xac_nhan_so_cmnd cap_giay_chung_nhan_can_cuoc tich_hop_thong_tin_the dinh_danh_dien_tu""".split())
QUESTIONS = set("overview documents eligibility where steps online processing_time fee form result penalty legal_basis".split())
STYLES = set("accented unaccented teencode typo telex dialect abbrev voice story real_style".split())
errors = []


def bad(where, message):
    errors.append(f"{where}: {message}")


def fold(text):
    text = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"\W+", " ", "".join(c for c in text if unicodedata.category(c) != "Mn")).strip()


def label(where, row, alt):
    if row["kind"] not in KINDS:
        bad(where, f"kind {row['kind']}")
    if row["kind"] == "procedure":
        if row["procedure"] not in PROCEDURES or row["question"] not in QUESTIONS:
            bad(where, f"{row['procedure']}/{row['question']}")
    elif (row["procedure"], row["question"]) != ("NONE", "NONE") or alt:
        bad(where, "labels on a kind that has none")
    for pair in alt:
        procedure, _, question = pair.partition("/")
        if procedure not in PROCEDURES or question not in QUESTIONS:
            bad(where, f"alt {pair}")


def table(name, header):
    with open(HERE / name, encoding="utf-8", newline="") as file:
        lines = file.read().splitlines()
    if lines[0].split("\t") != header:
        bad(name, "header")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(header) or any(not c.strip() or c != c.strip() for c in cells):
            bad(f"{name}:{number}", "cells")
            continue
        rows.append(dict(zip(header, cells)))
    return rows


singles = table("singles.tsv", "id text kind procedure question alt style".split())
for row in singles:
    label(row["id"], row, [] if row["alt"] == "NONE" else row["alt"].split(";"))
    if row["style"] not in STYLES:
        bad(row["id"], f"style {row['style']}")
    if row["style"] == "unaccented" and not row["text"].isascii():
        bad(row["id"], "unaccented text with accents")
danger = table("danger.tsv", "text danger service".split())
for row in danger:
    if (row["danger"], row["service"]) not in {("yes", "113"), ("yes", "114"), ("yes", "115"), ("no", "NONE")}:
        bad(row["text"], "danger/service")
conversations = yaml.safe_load((HERE / "conversations.yml").read_text(encoding="utf-8"))
for conversation in conversations:
    for number, turn in enumerate(conversation["turns"], 1):
        label(f"{conversation['id']}.{number}", turn, turn["alt"])
    if not 2 <= len(conversation["turns"]) <= 7:
        bad(conversation["id"], "turns")

for ids in ([r["id"] for r in singles], [c["id"] for c in conversations]):
    if len(ids) != len(set(ids)):
        bad("ids", "not unique")
for texts in ([r["text"] for r in singles], [r["text"] for r in danger]):
    for text, times in collections.Counter(map(fold, texts)).items():
        if times > 1:
            bad("copy", text)
if "--near" in sys.argv:
    folded = [fold(r["text"]) for r in singles + danger]
    for i, a in enumerate(folded):
        for b in folded[i + 1:]:
            matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
            if matcher.quick_ratio() > 0.85 and matcher.ratio() > 0.85:
                print("near:", a, "|", b)
for everything in singles + danger:
    if re.search(r"\d{7,}", everything["text"].replace(".", "").replace(" ", "")):
        bad("number", everything["text"])

for column in ("kind", "procedure", "question", "style"):
    print(column, dict(collections.Counter(r[column] for r in singles).most_common()))
print("singles", len(singles), "conversations", len(conversations), "turns", sum(len(c["turns"]) for c in conversations),
      "unaccented throughout", sum(all(t["user"].isascii() for t in c["turns"]) for c in conversations))
print("danger", dict(collections.Counter((r["danger"], r["service"]) for r in danger)))
print("\n".join(errors) or "ok")
sys.exit(bool(errors))
