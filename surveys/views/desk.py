"""Pages: the desk of those who keep the surveys."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ita_portal.fiscal import FiscalQuarter, FiscalYear, today
from ita_portal.keyset import Keyset
from ita_portal.refusals import RefusedError

from ..documents.poster import SIZES
from ..forms.desk import OccasionForm
from ..http import keeper, new_form_mark, show_desk
from ..models import Questionnaire, Remark, Survey
from ..reading.desk import batches_of, cards, openable, quarters_of
from ..services import surveys as acts

_PAGE = 20
_NEWEST: Keyset[Survey] = Keyset(Survey, "-opens_on", "-pk")


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The surveys of a fiscal year, quarter by quarter, then about occasions. POST: open a quarter's survey."""
    by = keeper(request)
    problem = ""
    if request.method == "POST":
        try:
            questionnaire, quarter = _wanted(request)
            opened = acts.open_quarter(questionnaire, quarter, by=by)
        except RefusedError as refused:
            problem = str(refused)
        else:
            messages.success(request, _("The survey is prepared. It opens and closes by its days."))
            return redirect("surveys:survey", opened.code)
    year = _year(request.GET.get("year", ""))
    occasions = Survey.objects.filter(fiscal_year=year.number, quarter=None).select_related("questionnaire", "version")
    page = _NEWEST.page(occasions, request.GET.get("after", ""), _PAGE)
    shown = cards(page.rows)
    first = Survey.objects.order_by("fiscal_year").values_list("fiscal_year", flat=True).first()
    last = FiscalQuarter.of(today() + acts.AHEAD).year.number
    context = {
        "fiscal_year": year.number,
        "years": list(range(last, max(min(first or last, year.number), last - 6) - 1, -1)),
        "rows": quarters_of(year),
        "occasions": [shown[survey.pk] for survey in page.rows],
        "next": page.next,
        "is_first": page.is_first,
        "remarks": Remark.objects.waiting().count(),
        "problem": problem,
    }
    return show_desk(request, "surveys/desk_home.html", context, room="desk", status=422 if problem else 200)


def _year(text: str) -> FiscalYear:
    """The fiscal year of an address; without one the current. Http404 for none."""
    if not text:
        return FiscalYear.current()
    if not text.isascii() or not text.isdigit() or len(text) != 4:
        raise Http404
    try:
        return FiscalYear(int(text))
    except ValueError as error:
        raise Http404 from error


def _wanted(request: HttpRequest) -> tuple[Questionnaire, FiscalQuarter]:
    """Which survey is to be opened. RefusedError for another quarter than the one that runs or begins soon."""
    quarters = {str(quarter): quarter for quarter in openable()}
    quarter = quarters.get(request.POST.get("quarter", ""))
    slug = request.POST.get("questionnaire", "").replace("\0", "")[:60]
    found = Questionnaire.objects.filter(slug=slug, regular=True).first()
    if quarter is None or found is None:
        raise RefusedError("unknown", _("Choose a survey of the quarter that runs or that begins soon."))
    return found, quarter


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A survey about an occasion."""
    by = keeper(request)
    day = today()
    if request.method != "POST":
        form = OccasionForm(initial={"form_mark": new_form_mark(), "opens_on": day})
        return show_desk(request, "surveys/desk_new.html", {"form": form}, room="desk")
    form = OccasionForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = acts.open_occasion(
                form.version, given["title"], given["opens_on"], given["closes_on"], by=by,
                form_mark=given["form_mark"] or None, open_link=given["way"] == "open",
            )  # fmt: skip
        except RefusedError as refused:
            form.say(refused)
        else:
            messages.success(request, _("The survey is prepared. It opens and closes by its days."))
            return redirect("surveys:survey", made.code)
    return show_desk(request, "surveys/desk_new.html", {"form": form}, room="desk", status=422)


def survey_of(code: str) -> Survey:
    """The survey of an address of the desk, begun or not. Http404 for none."""
    rows = Survey.objects.select_related("questionnaire", "version", "opened_by")
    found: Survey | None = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


@require_safe
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """One survey: what came in, its poster and its slips."""
    keeper(request)
    found = survey_of(code)
    context = {
        "survey": found,
        "card": cards([found])[found.pk],
        "batches": batches_of(found),
        "sizes": SIZES,
        "address": request.build_absolute_uri(reverse("surveys:answer", args=[found.code])),
    }
    return show_desk(request, "surveys/desk_survey.html", context, room="desk")


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a survey before its day, after asking."""
    by = keeper(request)
    found = survey_of(code)
    if request.method == "POST":
        acts.close(found, by=by)
        messages.success(request, _("The survey is closed, and everything that came in is counted."))
        return redirect("surveys:survey", found.code)
    return show_desk(
        request, "surveys/desk_close.html", {"survey": found, "card": cards([found])[found.pk]}, room="desk"
    )
