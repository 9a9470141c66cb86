"""Finding what is in Atlas, and downloading it, in one call."""

from __future__ import annotations

import os
from pathlib import Path

from .contract import Query
from .files import file_error
from .instance import Resource
from .job import Report
from .options import Options
from .part_file import PartFile
from .values import Case, Record
from .work import Refused, Work


def find(query: Query, options: Options | None = None) -> Report:
    """Looks for a version in Atlas.

    Whatever is wrong or goes wrong is in the report. Raises `Stopped`, and `ComponentError` if there is no
    component that works.
    """
    fetching = _Fetching(query, options)
    return fetching.work.report(fetching.find)


def download(
    query: Query,
    output: str | os.PathLike[str] | None = None,
    options: Options | None = None,
    *,
    checkpoint: str | os.PathLike[str] | None = None,
) -> Report:
    """Looks for a version in Atlas, and downloads its file; by default to where the component says, in the
    working directory.

    Until it is whole it is `OUTPUT.part`, which is removed if that comes to nothing. `checkpoint` is a file
    that keeps how far it has come, to go on from there another time; then `OUTPUT.part` is kept, too.
    Reports and raises as `find`.
    """
    fetching = _Fetching(query, options)
    return fetching.work.report(lambda: fetching.download(output, checkpoint))


class _Fetching:
    """One query, from what is looked for to its end."""

    def __init__(self, query: Query, options: Options | None) -> None:
        self._query = query
        self.work = Work(options or Options())
        self.work.see_environment(b"", {})

    def find(self) -> Case:
        """How it ended."""
        fetch = self._begin("find")
        self.work.tell_findings(fetch.warnings())
        return self.work.drive(fetch)

    def download(
        self, output: str | os.PathLike[str] | None, checkpoint: str | os.PathLike[str] | None
    ) -> Case:
        """The same, with the version's file."""
        work = self.work
        fetch = self._begin("download")
        # A name, and not a way to elsewhere.
        part = PartFile(Path(fetch.file_name()).name if output is None else output)
        with work.locked("files", part.output, part), work.checkpoint(checkpoint) as file:
            kept = work.kept(file)
            if kept:
                fetch = self._begin("download", kept, part.size())
            else:
                part.remove()
            work.tell_findings(fetch.warnings())
            try:
                ended = work.drive(fetch, part=part, checkpoint=file)
                return _finished(part) or ended if ended.tag == "done" else ended
            finally:
                # It is whole, or nobody can go on with it.
                if file is None or not file.exists():
                    part.remove()

    def _begin(self, how: str, checkpoint: bytes | None = None, saved: int = 0) -> Resource:
        query, work = self._query, self.work
        options = Record(
            address=query.address,
            token=query.token,
            retry=query.retry,
            checkpoint=checkpoint,
            saved=saved,
        )
        begun = work.component.instance(work.sandbox).fetch(how, query, options)
        fetch: Resource | None = work.checked(begun)
        if fetch is None:
            raise Refused
        return fetch


def _finished(part: PartFile) -> Case | None:
    """Gives the file its name; why that can't be."""
    try:
        part.finish()
    except OSError as error:
        why = file_error(error)
        message = f"{part.output} can't be written: {why.value or why.tag.replace('-', ' ')}"
        return Case("failed", Record(code="file-not-written", message=message, published=[]))
    return None
