from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import health
from config.metrics import metrics

handler500 = "config.refusals.server_error"

urlpatterns = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    # One page for it, on which guesses are counted.
    path("admin/password_change/", RedirectView.as_view(pattern_name="password"), name="admin_password"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("grader.api.urls")),
    path("", include("grader.web.urls")),
]
