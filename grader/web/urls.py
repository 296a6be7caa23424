from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from grader.web import account, signing_in
from grader.web.staff import ideas, links, records, regradings, roster, tokens
from grader.web.staff import pages as staff
from grader.web.student import pages as student
from grader.web.student import replay

urlpatterns = [
    path("sign-in/", LoginView.as_view(template_name="web/sign_in.html"), name="login"),
    path("sign-in/forgotten/", signing_in.forgotten, name="forgotten"),
    path("sign-in/link/<uidb64>/<token>/", signing_in.ByLink.as_view(), name="sign_in_link"),
    path("sign-out/", LogoutView.as_view(), name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.Password.as_view(), name="password"),
    path("account/data/", account.own_data, name="own_data"),
    path("", student.courses, name="courses"),
    path("courses/<slug:slug>/", student.course, name="course"),
    path("courses/<slug:slug>/gradebook/", staff.gradebook, name="gradebook"),
    path("courses/<slug:slug>/gradebook.csv", staff.gradebook_csv, name="gradebook_csv"),
    path("courses/<slug:slug>/tokens/", tokens.course_tokens, name="tokens"),
    path("courses/<slug:slug>/sign-in-links/", links.links, name="sign_in_links"),
    path("courses/<slug:slug>/attention/", staff.attention, name="attention"),
    path("courses/<slug:slug>/records/", records.page, name="records"),
    path("courses/<slug:slug>/records.csv", records.as_csv, name="records_csv"),
    path("courses/<slug:slug>/students/<int:pk>/", staff.student, name="student"),
    path("courses/<slug:slug>/ideas/", ideas.ideas, name="ideas"),
    path("courses/<slug:slug>/ideas/add/<slug:exercise>/", ideas.add, name="idea_question"),
    path("courses/<slug:slug>/ideas/added/<int:pk>/", ideas.added, name="idea_question_added"),
    path("courses/<slug:slug>/ideas/<slug:model>/", ideas.one, name="idea"),
    path("courses/<slug:slug>/regradings/", regradings.regradings, name="regradings"),
    path("courses/<slug:slug>/regradings/<int:pk>/", regradings.one, name="regrading"),
    path("courses/<slug:slug>/regradings/<int:pk>/decision/", regradings.decide, name="regrading_decide"),
    path("courses/<slug:slug>/roster/", roster.roster, name="roster"),
    path("courses/<slug:slug>/assignments/<slug:assignment_slug>/", student.assignment, name="assignment"),
    path("courses/<slug:slug>/assignments/<slug:assignment_slug>/begin/", student.begin_assignment, name="begin"),
    path("exercises/<int:pk>/", student.exercise, name="exercise"),
    path("submissions/<uuid:pk>/", student.submission, name="submission"),
    path("submissions/<uuid:pk>/replay/", replay.submission_replay, name="submission_replay"),
    path("submissions/<uuid:pk>/replay/data/", replay.submission_replay_data, name="submission_replay_data"),
    path("exercises/<int:pk>/replay/", replay.exercise_replay, name="exercise_replay"),
    path("exercises/<int:pk>/replay/data/", replay.exercise_replay_data, name="exercise_replay_data"),
    path("placements/<int:pk>/analysis/", staff.analysis, name="analysis"),
]
