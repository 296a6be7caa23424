from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from grader.api import assignments, bulk, course_view, entrance, guide, placements, schema, submissions

app_name = "api"
__all__ = ["app_name", "schema", "urlpatterns"]  # the schema's extension registers itself when it is imported
urlpatterns = [
    path("", entrance.Index.as_view(), name="index"),
    path("token/", entrance.Token.as_view(), name="token"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", guide.guide, name="docs"),
    # The split view sends its script as a file of its own, which the content security policy asks for.
    path("docs/swagger/", SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html"), name="swagger"),
    path("assignments/", assignments.Assignments.as_view(), name="assignments"),
    path("placements/", placements.Placements.as_view(), name="placements"),
    path("placements/<int:pk>/", placements.PlacementDetail.as_view(), name="placement"),
    path("placements/<int:pk>/submissions/", submissions.PlacementSubmissions.as_view(), name="placement_submissions"),
    path("submissions/", submissions.Submissions.as_view(), name="submissions"),
    path("submissions/bulk/", bulk.BulkSubmissions.as_view(), name="submissions_bulk"),
    path("submissions/<uuid:pk>/", submissions.SubmissionDetail.as_view(), name="submission"),
    re_path(r"", course_view.Nothing.as_view(), name="nothing"),
]
