"""Small real files for tests."""

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter


def pdf_bytes(marker: str = "") -> bytes:
    """A valid one-page PDF; another `marker` makes another file."""
    import io

    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": f"หลักฐาน {marker}"})
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def pdf_upload(name: str = "รายงานผล.pdf", marker: str = "") -> SimpleUploadedFile:
    """The PDF as a browser sends it."""
    return SimpleUploadedFile(name, pdf_bytes(marker), content_type="application/pdf")
