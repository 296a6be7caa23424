from django.contrib import admin
from django.urls import include, path

from config import health
from config.metrics import metrics

handler500 = "config.refusals.server_error"

urlpatterns = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("grader.api.urls")),
    path("", include("grader.web.urls")),
]
