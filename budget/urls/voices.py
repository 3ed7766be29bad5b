"""Addresses: what people say, and who has read the plan."""

from django.urls import URLPattern, path

from ..views import voices, voices_desk

urlpatterns: list[URLPattern] = [
    path("<int:year>/questions/", voices.questions, name="questions"),
    path("<int:year>/ask/", voices.ask, name="ask"),
    path("<int:year>/asked/", voices.asked, name="asked"),
    path("<int:year>/plans/<slug:plan>/read/", voices.confirm_reading, name="confirm_reading"),
    path("desk/comments/", voices_desk.comments_desk, name="comments_desk"),
    path("desk/comments/<int:pk>/", voices_desk.comment_desk, name="comment_desk"),
    path("desk/readers/<int:year>/", voices_desk.readers, name="readers"),
]
