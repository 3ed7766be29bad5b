"""Addresses: suggestions, questions and their answers."""

from django.urls import URLPattern, path, re_path

from ..views import home, letters, letters_desk, letters_desk_letter, letters_follow, letters_public

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("new/", letters.new, name="new"),
    path("follow/", letters_follow.follow, name="follow"),
    path("questions/", letters_public.questions, name="questions"),
    re_path(r"^questions\.(?P<extension>csv|json)$", letters_public.questions_file, name="questions_file"),
    path("questions/<slug:public_id>/", letters_public.question, name="question"),
    path("statistics/", letters_public.statistics, name="statistics"),
    re_path(r"^statistics\.(?P<extension>csv|json)$", letters_public.statistics_file, name="statistics_file"),
    path("desk/", letters_desk.desk, name="desk"),
    path("desk/<int:pk>/", letters_desk_letter.letter, name="letter"),
]
