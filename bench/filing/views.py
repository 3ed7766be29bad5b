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

from complaints.views.filing import form_of, receipt_page


@login_not_required
@csrf_exempt
def unsealed(request: HttpRequest) -> HttpResponse:
    """Check the form, write text and files in clear, durably, and answer with the receipt page."""
    form = form_of(request)
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
    content = json.dumps({key: str(value) for key, value in form.cleaned_data.items()}, ensure_ascii=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_unsealed VALUES (%s, %s, %s)", [name, content, str(path)])
    return receipt_page(request)
