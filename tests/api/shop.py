"""A tiny API of three endpoints, for testing what every endpoint shares."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.accounts.models import Organisation
from portal.api.authentication import actor_for
from portal.api.idempotency import idempotent
from portal.api.models import ApiKey, Scope
from portal.api.permissions import needs
from portal.api.throttles import KeyThrottle
from portal.errors import Conflict, Forbidden, NotFound, Refused


class WishSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=20)
    count = serializers.IntegerField(required=False)
    parts = serializers.ListField(child=serializers.DictField(child=serializers.IntegerField()), required=False)


class Things(APIView):
    """Makes organisations, because any row will do."""

    scope_for_read = Scope.RIGHTS_READ
    scope_for_write = Scope.RIGHTS_WRITE
    pause = 0.0

    def get(self, request: Request) -> Response:
        actor = actor_for(request)
        return Response({"who": actor.reference, "role": actor.role, "user": request.user.pk})

    @idempotent
    def post(self, request: Request) -> Response:
        wish = WishSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        made = Organisation.objects.create(name=wish.validated_data["name"], country="SE", kind="agency")
        time.sleep(self.pause)
        if made.name == "refuse":
            raise Refused("too_late", "The clock has run out.", "name")
        if made.name == "crash":
            raise RuntimeError("of ours")
        return Response({"id": made.pk, "name": made.name}, status=201, headers={"Location": f"/things/{made.pk}"})


class Raiser(APIView):
    scope_for_read = Scope.RIGHTS_READ
    errors: dict[str, Exception] = {
        "refused": Refused("right_lapsed", "The right has lapsed.", "items.3.right"),
        "forbidden": Forbidden("not_yours", "You may not."),
        "absent": NotFound("right_not_found", "There is no such right."),
        "conflict": Conflict("moved_on", "Somebody else was first."),
        "http404": Http404("gone"),
        "denied": PermissionDenied("no"),
        "suspicious": SuspiciousOperation("odd"),
    }

    def get(self, request: Request, name: str) -> Response:
        raise self.errors[name]


class Silent(APIView):
    """Forgot to say its scope."""

    def get(self, request: Request) -> Response:
        return Response({})


class Filed(APIView):
    permission_classes = [needs(Scope.FILES_WRITE)]

    @idempotent
    def post(self, request: Request) -> Response:
        return Response({"name": request.FILES["file"].name}, status=201)


class TwoAMinute(KeyThrottle):
    rate = "2/min"


class Slow(APIView):
    scope_for_read = Scope.RIGHTS_READ
    throttle_classes = [TwoAMinute]

    def get(self, request: Request) -> Response:
        return Response({})


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    class Meta:
        model = ApiKey
        fields = ["id", "name"]


class Listed(ListAPIView[ApiKey]):
    scope_for_read = Scope.RIGHTS_READ
    serializer_class = KeySerializer

    def get_queryset(self) -> Any:
        return ApiKey.objects.filter(organisation=actor_for(self.request).organisation)


urlpatterns = [
    path("things/", Things.as_view()),
    path("raise/<name>/", Raiser.as_view()),
    path("silent/", Silent.as_view()),
    path("files/", Filed.as_view()),
    path("slow/", Slow.as_view()),
    path("keys/", Listed.as_view()),
    path("admin/", admin.site.urls),  # a middleware asks for its address
]
