"""The rights holder's pages: list, register, edit, one right, its files, many at once, a number while it is typed."""

from brands.views.common import registrar_required
from brands.views.entering import choose, edit, register
from brands.views.files import certificate, file, file_small, logo, logo_small
from brands.views.listing import rights
from brands.views.many import many, template
from brands.views.numbers import number_check
from brands.views.one import reopen, right, submit

__all__ = [
    "certificate",
    "choose",
    "edit",
    "file",
    "file_small",
    "logo",
    "logo_small",
    "many",
    "number_check",
    "register",
    "registrar_required",
    "reopen",
    "right",
    "rights",
    "submit",
    "template",
]
