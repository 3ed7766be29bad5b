"""The same form, stored as it is: what filing would cost without sealing. Only the benchmark has this address."""

import json
import os
import uuid
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from complaints.forms.files import FilesField
from complaints.forms.filing import ReportForm
from complaints.models import Case
from complaints.sealing import Receipt
from complaints.services.filing import Filed
from complaints.views.filing import receipt_page


class _PlainFiles(FilesField):
    def clean(self, data, initial=None):  # type: ignore[no-untyped-def]
        return data


class _PlainForm(ReportForm):
    attachments = _PlainFiles(required=False)

    def clean_attachments(self):  # type: ignore[no-untyped-def]
        return self.cleaned_data["attachments"]


@login_not_required
@csrf_exempt
def unsealed(request: HttpRequest) -> HttpResponse:
    """Check the form, write text and files in clear, durably, and answer with the receipt page of some case."""
    form = _PlainForm(request.POST, request.FILES)
    if not form.is_valid():
        return HttpResponse(form.errors.as_json(), status=422)
    name = uuid.uuid4()
    path = Path(settings.MEDIA_ROOT) / "unsealed" / str(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    for file in request.FILES.getlist("attachments"):
        with path.open("wb") as out:
            for piece in file.chunks():
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
    kept = {key: str(value) for key, value in form.cleaned_data.items()}
    with transaction.atomic(), connection.cursor() as cursor:
        content = json.dumps(kept, ensure_ascii=False)
        cursor.execute("INSERT INTO bench_unsealed VALUES (%s, %s, %s)", [name, content, str(path)])
    case = Case.objects.order_by("pk")[0]
    return receipt_page(request, Filed(case, Receipt("12345", "1" * 20, "123"), "ITA1 " + "ABCDE " * 32))
