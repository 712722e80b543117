"""A whole case in one file: a PDF for people, and everything it rests on, with hashes, for whoever checks it.

`reading` gathers what one side may see, `pdf` writes it for people, `archive` packs it. Equal input gives equal bytes:
no time of today, no name of who asked, is in it, so that the hash of a bundle means something.
"""

from complaints.bundle.archive import stream
from complaints.bundle.content import Audience, Bundle
from complaints.bundle.reading import for_complainant, for_desk, for_respondent

__all__ = ["Audience", "Bundle", "for_complainant", "for_desk", "for_respondent", "stream"]
