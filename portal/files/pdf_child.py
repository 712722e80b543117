"""Rebuilds one PDF in a process of its own; stands alone: imports nothing of the project.

Called as `python pdf_child.py FOLDER`: reads in.pdf there, writes out.pdf and thumbnail.webp beside it, and gives
one line of JSON: {"pages", "width", "height"} or {"refused": code}.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

MOST_PAGES = 200
LONGEST_SIDE = 14_400  # points; what readers of PDF 1.7 take, about 5 metres
THUMBNAIL = 480
PAGE_KEYS = {
    "/Type",
    "/Parent",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Resources",
    "/Contents",
    "/Group",
}
RESOURCE_KEYS = {
    "/Font",
    "/XObject",
    "/ExtGState",
    "/ColorSpace",
    "/Pattern",
    "/Shading",
    "/Properties",
    "/ProcSet",
}
ACTIONS = {
    "/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ResetForm", "/ImportData", "/GoTo", "/GoToR", "/GoToE",
    "/Rendition", "/Movie", "/Sound", "/Named", "/Hide", "/SetOCGState", "/Trans", "/Thread", "/GoTo3DView",
    "/RichMediaExecute",
}  # fmt: skip
LOOSE_KEYS = {"/AF", "/AA", "/Metadata", "/PieceInfo", "/OPI", "/StructParent", "/StructParents"}
DRAWN = {"/Font", "/XObject", "/ExtGState", "/Pattern"}
TYPES = {"/Filespec", "/F", "/EmbeddedFile", "/Action", "/Annot", "/Metadata", "/Catalog", "/Sig"}


class Refusal(Exception):
    """Ends the work with a code for the parent."""


def limit() -> None:
    """Lets this process have 1 GiB of addresses, 20 s of processor time and files of 80 MB."""
    resource.setrlimit(resource.RLIMIT_AS, (1024**3, 1024**3))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 25))
    resource.setrlimit(resource.RLIMIT_FSIZE, (80 * 1024**2, 80 * 1024**2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def rebuild(source: Path, target: Path) -> int:
    """Copies the pages, and only what they show, into a new file; gives their number."""
    try:
        old = pikepdf.open(source)
    except pikepdf.PasswordError as locked:
        raise Refusal("pdf_encrypted") from locked
    with old, pikepdf.new() as new:
        if old.is_encrypted:
            raise Refusal("pdf_encrypted")
        check_pages(old)
        flatten(old)
        new.pages.extend(old.pages)
        for page in new.pages:
            keep_only(page.obj, PAGE_KEYS)
            keep_only(page.obj.get("/Resources"), RESOURCE_KEYS)
        scrub(new)
        new.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return len(new.pages)


def check_pages(pdf: pikepdf.Pdf) -> None:
    if not 1 <= len(pdf.pages) <= MOST_PAGES:
        raise Refusal("pdf_too_many_pages" if len(pdf.pages) else "pdf_unreadable")
    for page in pdf.pages:
        left, bottom, right, top = (float(edge) for edge in page.mediabox)
        unit = float(page.obj.get("/UserUnit", 1))
        sides = [abs(right - left) * unit, abs(top - bottom) * unit]
        if not all(1 <= side <= LONGEST_SIDE for side in sides):
            raise Refusal("pdf_page_too_large")


def flatten(pdf: pikepdf.Pdf) -> None:
    """Draws form fields and stamps onto their pages, so that what was readable stays readable."""
    try:
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("screen")
    except (pikepdf.PdfError, RuntimeError, ValueError):
        return  # annotations that cannot be drawn are dropped with the rest


def keep_only(thing: Any, keys: set[str]) -> None:
    if isinstance(thing, pikepdf.Dictionary):
        for key in set(thing.keys()) - keys:
            del thing[key]


def scrub(pdf: pikepdf.Pdf) -> None:
    """Cuts every reference to an action, a file, an annotation or metadata, wherever it hangs."""
    for thing in list(pdf.objects):
        for container in nested(thing):
            cut(container)


def nested(thing: Any, depth: int = 0) -> Iterator[Any]:
    """Walks direct children; indirect ones come by themselves, from the list of all objects."""
    if depth > 50 or not isinstance(thing, (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)):
        return
    yield thing
    children = list(thing) if isinstance(thing, pikepdf.Array) else [thing[key] for key in thing.keys()]  # noqa: SIM118 - no dict
    for child in children:
        if not getattr(child, "is_indirect", True):
            yield from nested(child, depth + 1)


def cut(container: Any) -> None:
    if isinstance(container, pikepdf.Array):
        for index in reversed(range(len(container))):
            if unwanted(container[index]):
                del container[index]
        return
    for key in list(container.keys()):
        value = container[key]
        if unwanted(value) or (key in LOOSE_KEYS and not is_resource(value)):
            del container[key]


def is_resource(value: Any) -> bool:
    """Says whether a page draws with it: in resource lists a font or picture may bear any name, even /AF."""
    if isinstance(value, pikepdf.Array):
        return not all(isinstance(item, pikepdf.Dictionary) for item in value)
    if not isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        return False
    return str(value.get("/Type", "")) in DRAWN or str(value.get("/Subtype", "")) in {"/Image", "/Form"}


def unwanted(value: Any) -> bool:
    if not isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
        return False
    kind = str(value.get("/Type", ""))
    if kind in TYPES or "/JS" in value or "/EF" in value or "/RF" in value:
        return True
    return str(value.get("/S", "")) in ACTIONS and kind != "/Group"


def draw_first_page(source: Path, target: Path) -> tuple[int, int]:
    """Draws page 1 at most 480 pixels a side; gives its size in points."""
    pdf = pypdfium2.PdfDocument(source)
    page = pdf[0]
    width, height = page.get_size()
    scale = THUMBNAIL / max(width, height, 1)
    page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB").save(target, "WEBP", quality=80)
    return max(1, round(width)), max(1, round(height))


def main(folder: Path) -> dict[str, int | str]:
    try:
        pages = rebuild(folder / "in.pdf", folder / "out.pdf")
        width, height = draw_first_page(folder / "out.pdf", folder / "thumbnail.webp")
    except Refusal as refusal:
        return {"refused": str(refusal)}
    except Exception:  # parsers raise nearly anything on hostile bytes
        return {"refused": "pdf_unreadable"}
    return {"pages": pages, "width": width, "height": height}


if __name__ == "__main__":
    limit()
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
