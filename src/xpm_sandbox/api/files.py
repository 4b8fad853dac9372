"""Files that came as base64, and how lists of documents show them."""

import base64
import binascii

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.endpoint import Call
from xpm_sandbox.api.errors import Refused
from xpm_sandbox.api.wire import Tree
from xpm_sandbox.models.client import ClientDocument
from xpm_sandbox.models.job import JobDocument


def read_content(body: Body) -> bytes:
    """Decode the Content element. Raises Refused."""
    try:
        return base64.b64decode("".join(body.require("Content").split()), validate=True)
    except binascii.Error:
        raise Refused("Content is not valid base64") from None


def describe_file(call: Call, document: ClientDocument | JobDocument) -> Tree:
    """Documents write their date as YYYYMMDD, unlike every other answer."""
    return {
        "Title": document.title,
        "Text": document.text,
        "Folder": document.folder,
        "Date": document.filed_at.strftime("%Y%m%d"),
        "CreatedBy": document.created_by,
        "FileName": document.file_name,
        "URL": f"{call.origin}/practices/{call.practice.uuid}/documents/{document.uuid}",
    }
