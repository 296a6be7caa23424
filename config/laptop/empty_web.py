"""The web server with one more address, whose view does nothing: what the stack costs by itself. For `manage.py bench_grading` alone."""

from config.web import application

# Only now is Django set up, which addresses and views need.
from django.urls import path  # isort: skip
from rest_framework.request import Request  # isort: skip
from rest_framework.response import Response  # isort: skip
from rest_framework.views import APIView  # isort: skip
from config.urls import urlpatterns  # isort: skip

__all__ = ["application"]


class Empty(APIView):
    authentication_classes = []
    permission_classes = []

    def post(self, request: Request) -> Response:
        return Response({})


urlpatterns.insert(0, path("api/v1/empty/", Empty.as_view()))
