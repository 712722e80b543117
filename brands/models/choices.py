"""Small enumerations that records and rights share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RightKind(models.TextChoices):
    """What sort of right an organisation claims."""

    TRADEMARK = "trademark", _("Trade mark")
    COPYRIGHT = "copyright", _("Copyright work")
    DESIGN = "design", _("Registered design")
    PATENT = "patent", _("Patent")


class MarkKind(models.TextChoices):
    """Kinds of trade mark, in the words of data/offices.json (`mark_kinds`)."""

    WORD = "word", _("Word mark")
    FIGURATIVE = "figurative", _("Figurative mark (a picture)")
    COMBINED = "combined", _("Combined mark (words and picture)")
    SHAPE_3D = "shape_3d", _("Shape mark (three dimensions)")
    COLOUR = "colour", _("Colour mark")
    SOUND = "sound", _("Sound mark")
    POSITION = "position", _("Position mark")
    PATTERN = "pattern", _("Pattern mark")
    MOTION = "motion", _("Motion mark")
    MULTIMEDIA = "multimedia", _("Multimedia mark")
    HOLOGRAM = "hologram", _("Hologram mark")
    OLFACTORY = "olfactory", _("Smell mark")
    OTHER = "other", _("Other mark")


class Basis(models.TextChoices):
    """How a right came into a register."""

    NATIONAL = "national", _("Filed with the office")
    MADRID = "madrid", _("Designated in an international registration (Madrid)")


class WorkType(models.TextChoices):
    """What sort of work copyright protects here."""

    PHOTOGRAPH = "photograph", _("Photograph")
    ARTWORK = "artwork", _("Drawing, graphic or artwork")
    TEXT = "text", _("Text")
    VIDEO = "video", _("Film or video")
    MUSIC = "music", _("Music or sound recording")
    SOFTWARE = "software", _("Software")
    APPLIED_ART = "applied_art", _("Work of applied art")
    OTHER = "other", _("Other work")


class RightFileKind(models.TextChoices):
    """What a file of a right shows, beside the picture of the mark and the certificate."""

    WORK_COPY = "work_copy", _("Copy of the work")
    AUTHORSHIP = "authorship", _("Proof of authorship or of the chain of title")
    VIEW = "view", _("View of the design")
    CLAIMS = "claims", _("Claims and drawings of the patent")
    OTHER = "other", _("Other file")
