"""Activities: for everybody, and their desk."""

from django.urls import path

from ..views import activities, activities_desk, activities_files

urlpatterns = [
    path("", activities.activities, name="activities"),
    path("activities.<str:kind>", activities.activities_file, name="activities_file"),
    path("calendar/", activities.activities_month, name="activities_month"),
    path("calendar.ics", activities.activities_calendar, name="activities_calendar"),
    path("<int:year>/report.<str:kind>", activities.activities_report, name="activities_report"),
    path("desk/", activities_desk.activities_desk, name="activities_desk"),
    path("desk/new/", activities_desk.activity_new, name="activity_new"),
    path("desk/<str:code>/", activities_desk.activity_desk, name="activity_desk"),
    path("desk/<str:code>/edit/", activities_desk.activity_edit, name="activity_edit"),
    path("desk/<str:code>/result/", activities_desk.activity_result, name="activity_result"),
    path("desk/<str:code>/publish/", activities_desk.activity_publish, name="activity_publish"),
    path("desk/<str:code>/end/<str:act>/", activities_desk.activity_end, name="activity_end"),
    path("desk/<str:code>/discard/", activities_desk.activity_discard, name="activity_discard"),
    path("desk/<str:code>/photos/", activities_files.activity_photos, name="activity_photos"),
    path("desk/<str:code>/documents/", activities_files.activity_documents, name="activity_documents"),
    path("desk/<str:code>/files/<str:file>/", activities_files.activity_desk_file, name="activity_desk_file"),
    path("<str:code>/", activities.activity, name="activity"),
    path("<str:code>/activity.ics", activities.activity_ics, name="activity_ics"),
    path("<str:code>/photos/<str:photo>/", activities_files.activity_photo, name="activity_photo"),
    path("<str:code>/photos/<str:photo>/small/", activities_files.activity_photo_small, name="activity_photo_small"),
    path("<str:code>/documents/<str:document>/", activities_files.activity_document, name="activity_document"),
]
