"""Addresses: trainings."""

from django.urls import URLPattern, path

from ..views import certificates, trainings, trainings_desk, trainings_people

_DESK, _SESSION = "desk/<int:pk>/", "desk/<int:pk>/sessions/<int:session>/"

urlpatterns: list[URLPattern] = [
    path("", trainings.trainings, name="trainings"),
    path("list.<str:kind>", trainings.trainings_file, name="trainings_file"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<str:code>/", certificates.verify_certificate, name="verify_certificate"),
    # The staff's own
    path("mine/", trainings.my_trainings, name="my_trainings"),
    path("certificates/<str:code>.pdf", certificates.certificate_file, name="certificate_file"),
    path("check-in/<int:pk>/<str:code>/", trainings.check_in, name="check_in"),
    path("<int:pk>/", trainings.training, name="training"),
    path("<int:pk>/enrol/", trainings.enrol, name="enrol"),
    path("<int:pk>/withdraw/", trainings.withdraw, name="withdraw"),
    path("<int:pk>/test/<str:moment>/", trainings.test, name="test"),
    path("<int:pk>/certificate/", trainings.certificate, name="certificate"),
    # The organiser's desk
    path("desk/", trainings_desk.desk, name="trainings_desk"),
    path("desk/new/", trainings_desk.new, name="training_new"),
    path(_DESK, trainings_desk.training, name="training_desk"),
    path(_DESK + "edit/", trainings_desk.edit, name="training_edit"),
    path(_DESK + "move/", trainings_desk.move, name="training_move"),
    path(_DESK + "feedback/", trainings_desk.feedback, name="training_feedback"),
    path(_DESK + "sessions/new/", trainings_desk.session_new, name="session_new"),
    path(_SESSION, trainings_desk.session_edit, name="session_edit"),
    path(_SESSION + "screen/", trainings_people.screen, name="session_screen"),
    path(_SESSION + "poster.pdf", trainings_people.poster, name="session_poster"),
    path(_DESK + "questions/", trainings_desk.questions, name="training_questions"),
    path(_DESK + "questions/<int:question>/", trainings_desk.question_edit, name="training_question"),
    path(_DESK + "people/", trainings_people.people, name="training_people"),
    path(_DESK + "people.<str:kind>", trainings_people.people_file, name="training_people_file"),
]
