from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from grader.api import schema, views

app_name = "api"
__all__ = ["app_name", "schema", "urlpatterns"]  # the schema's extension registers itself when it is imported
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # The split view sends its script as a file of its own, which the content security policy asks for.
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html"), name="docs"),
    path("assignments/", views.Assignments.as_view(), name="assignments"),
    path("placements/", views.Placements.as_view(), name="placements"),
    path("placements/<int:pk>/", views.PlacementDetail.as_view(), name="placement"),
    path("placements/<int:pk>/submissions/", views.PlacementSubmissions.as_view(), name="placement_submissions"),
    path("submissions/", views.Submissions.as_view(), name="submissions"),
    path("submissions/bulk/", views.BulkSubmissions.as_view(), name="submissions_bulk"),
    path("submissions/<uuid:pk>/", views.SubmissionDetail.as_view(), name="submission"),
    re_path(r"", views.Nothing.as_view(), name="nothing"),
]
