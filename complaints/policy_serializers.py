"""What the API answers about the policy and about mending a rejected complaint."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from complaints.line_serializers import GroundField
from complaints.reasons import CURE_STEP, Outcome
from complaints.serializers import ComplaintDetailOut


class ClauseOut(serializers.Serializer[Any]):
    """What one version says about a ground; `senior_only`: only a senior reviewer may cite it."""

    ground = GroundField()
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    label = serializers.CharField()  # type: ignore[assignment]
    plain = serializers.CharField()
    cure = serializers.CharField()
    senior_only = serializers.BooleanField()


class PolicyOut(serializers.Serializer[Any]):
    """A version of the policy that is or was in force, with all its clauses."""

    version = serializers.CharField()
    note = serializers.CharField(help_text="what changed")
    in_force = serializers.BooleanField()
    published_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    clauses = ClauseOut(many=True)


class FailedOut(serializers.Serializer[Any]):
    """A check that failed, the proof that is missing, and what to change in the draft: `step`."""

    ground = GroundField()
    label = serializers.CharField()  # type: ignore[assignment]
    plain = serializers.CharField()
    missing_proof = serializers.CharField()
    cure = serializers.CharField()
    step = serializers.ChoiceField(choices=sorted(set(CURE_STEP.values())))
    count = serializers.IntegerField(help_text="the number of items")


class CureOut(serializers.Serializer[Any]):
    """The draft that mends a rejected complaint, and what failed in that one."""

    draft = ComplaintDetailOut()
    failed = FailedOut(many=True)
