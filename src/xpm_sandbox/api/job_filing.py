"""What is filed on a job: notes and documents."""

from xpm_sandbox.api.endpoint import Call, Routes
from xpm_sandbox.api.files import describe_file, read_content
from xpm_sandbox.api.job_fields import describe_job, find_job
from xpm_sandbox.api.values import read_flag
from xpm_sandbox.api.wire import Items, OnlyInJson, Tree
from xpm_sandbox.models.base import new_uuid
from xpm_sandbox.models.job import JobDocument, JobNote

routes = Routes("job")


@routes.post("job.api/note", root="Note")
def add_note(call: Call) -> Tree:
    body = call.body
    job = find_job(call, body.require("Job"))
    job.notes.append(
        JobNote(
            uuid=new_uuid(),
            position=len(job.notes) + 1,
            title=body.require("Title"),
            text=body.require("Text"),
            folder=body.text("Folder") or "",
            public=read_flag(body.text("Public") or ""),
            noted_at=call.clock(),
            created_by=call.user_name,
        )
    )
    call.session.flush()
    return {"Job": OnlyInJson(describe_job(call, job))}


@routes.get("job.api/documents/<number>")
def list_documents(call: Call, number: str) -> Tree:
    job = find_job(call, number)
    return {"Documents": Items("Document", [describe_file(call, document) for document in job.documents])}


@routes.post("job.api/document", root="Document")
def add_document(call: Call) -> Tree:
    body = call.body
    job = find_job(call, body.require("Job"))
    job.documents.append(
        JobDocument(
            uuid=new_uuid(),
            position=len(job.documents) + 1,
            title=body.require("Title"),
            text=body.text("Text") or "",
            folder=body.text("Folder") or "",
            public=read_flag(body.text("Public") or ""),
            file_name=body.require("FileName"),
            content=read_content(body),
            filed_at=call.clock(),
            created_by=call.user_name,
        )
    )
    call.session.flush()
    return {"Job": OnlyInJson(describe_job(call, job))}
