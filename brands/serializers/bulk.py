"""Many rights at once: what is sent, and the answer to each line."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from brands.serializers.showing import ProblemOut
from portal.api.reading import StrictSerializer

ANSWERS = ("new", "yours", "wrong", "entered", "sent")


class BulkIn(StrictSerializer):
    """Up to 500 rights, each as for POST /rights. Each is read by itself: one that is wrong stops no other."""

    rights = serializers.ListField(child=serializers.DictField(), min_length=1, max_length=500)
    send = serializers.BooleanField(default=False, help_text="Send those to the desk that are complete")
    check = serializers.BooleanField(default=False, help_text="Only answer each line; enter nothing")


class BulkFormIn(StrictSerializer):
    """The same as a CSV file of up to 1,000 lines, with the files that its lines name."""

    file = serializers.FileField(help_text="CSV, UTF-8, as the template at /rights/bulk/template.csv")
    papers = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=50, help_text="The files that the lines name"
    )
    send = serializers.BooleanField(default=False)
    check = serializers.BooleanField(default=False)


class BulkLineOut(serializers.Serializer[Any]):
    """The answer to one line: `right` is the one that was entered, or the one that you have."""

    line = serializers.IntegerField()
    answer = serializers.ChoiceField(choices=ANSWERS)
    title = serializers.CharField()
    right = serializers.UUIDField(allow_null=True)
    field = serializers.CharField()
    says = serializers.CharField()
    missing = ProblemOut(many=True)


class BulkOut(serializers.Serializer[Any]):
    """The answers in order, and how many there are of each."""

    results = BulkLineOut(many=True)
    entered = serializers.IntegerField()
    sent = serializers.IntegerField()
    yours = serializers.IntegerField()
    wrong = serializers.IntegerField()
