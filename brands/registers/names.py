"""Names and words as they are compared: folded, with the legal form or without it. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Legal forms, folded, that say what a company is and not who it is.
LEGAL_FORM_WORDS: Final = (
    "inc incorporated corp corporation co company llc llp lp ltd limited plc gmbh ag kg kgaa ohg ug se ab aktiebolag "
    "as asa aps oy oyj bv nv sa sas sarl sl srl spa sarlu kk pty pte sdn bhd kft zrt sro ooo jsc ltda cv the"
)
LEGAL_FORMS: Final = frozenset(LEGAL_FORM_WORDS.split())
SLASHED, TOGETHER = re.compile(r"\b([a-z])\s?/\s?([a-z])\b"), r"\1\2"  # A/S
# Long and short spellings of one legal form, folded: the same form, however it is written.
SPELLINGS: Final = (
    ("public limited company", "plc"),
    ("limited liability company", "llc"),
    ("limited liability partnership", "llp"),
    ("gesellschaft mit beschrankter haftung", "gmbh"),
    ("aktiengesellschaft", "ag"),
    ("kommanditgesellschaft", "kg"),
    ("aktiebolag", "ab"),
    ("aktieselskab", "as"),
    ("aksjeselskap", "as"),
    ("osakeyhtio", "oy"),
    ("kabushiki kaisha", "kk"),
    ("besloten vennootschap", "bv"),
    ("naamloze vennootschap", "nv"),
    ("societe anonyme", "sa"),
    ("sociedad anonima", "sa"),
    ("societa per azioni", "spa"),
    ("societa a responsabilita limitata", "srl"),
    ("incorporated", "inc"),
    ("corporation", "corp"),
    ("company", "co"),
    ("limited", "ltd"),
    ("limitada", "ltda"),
    ("proprietary", "pty"),
    ("private", "pte"),
    ("pvt", "pte"),
)


def fold(text: str) -> str:
    """Lower case without accents, punctuation or double spaces: two spellings of one name meet."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"(?<=\w)\.(?=\w)", "", plain.replace("&", " and "))
    return " ".join(re.sub(r"[^\w]+", " ", plain).split())


def fold_owner(name: str) -> str:
    """The name without its legal form; a name that is nothing but legal forms stays."""
    words = fold(SLASHED.sub(TOGETHER, name.casefold())).split()
    kept = [word for word in words if word not in LEGAL_FORMS]
    while kept and kept[-1] == "and":
        kept.pop()
    return " ".join(kept or words)


def legal_name(name: str) -> str:
    """The whole name with its legal form, in one spelling of the form: “Tarnfell Ltd.” and “TARNFELL LIMITED” meet."""
    text = f" {fold(SLASHED.sub(TOGETHER, name.casefold()))} "
    for long, short in SPELLINGS:
        text = text.replace(f" {long} ", f" {short} ")
    return text.strip()


def same_legal_name(first: str, second: str) -> bool:
    """Whether two names are one legal person's: nothing but the writing differs, and the legal form is the same."""
    ours, theirs = legal_name(first), legal_name(second)
    return bool(ours) and ours == theirs
