"""Publishing: the loop that every host of the component has."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

from wasmtime.component import ResourceAny

from . import contract
from .checkpoint import CheckpointFile
from .contract import Diagnostic, FileBody, Outcome, Receipt, Request, Response, Send, Step
from .errors import CheckpointError, ComponentError, PackError, PublishError
from .observer import Observer
from .packing import Packing, Spooled
from .values import from_wasm, outcome_to_wasm, step_from_wasm

if TYPE_CHECKING:
    from .instance import Instance


class Client(Protocol):
    """Sends the requests that the component asks for; `HttpClient` is one.

    What a request demands is in `wit/publishing.wit`, in short: exactly these headers, no redirects, no
    time-out but that of a standstill.
    """

    def send(self, request: Request, archive: Spooled | None, observer: Observer) -> Response:
        """Sends one request and waits for its answer. Raises `TransportError` if there is none.

        `archive` is what an `ArchiveBody` stands for, to be sent from its start.
        """


class Publication:
    """One build's artifact on its way into Atlas."""

    def __init__(self, instance: Instance, handle: ResourceAny, files: list[str]) -> None:
        self._instance = instance
        self._handle = handle
        self._files = files
        self.archive: Spooled | None = None
        """The archive that was made, for the requests that send it."""

    def warnings(self) -> list[Diagnostic]:
        """Warnings about the configurations and the artifact."""
        return [from_wasm(Diagnostic, warning) for warning in self._call("warnings")]

    def checkpoint(self) -> str:
        """How far it has come: a text without secrets for `Instance.begin`."""
        checkpoint: str = self._call("checkpoint")
        return checkpoint

    def next(self) -> Step:
        """What to do next. Asked twice, it answers the same."""
        step = step_from_wasm(self._call("next"))
        match step:
            # The host reads this file, outside of the sandbox: it must be one that the guest was given.
            case Send(Request(body=FileBody(path))) if path not in self._files:
                raise ComponentError(
                    f"the component asked to send {path}, which is not a file of the artifact"
                )
        return step

    def respond(self, outcome: Outcome) -> None:
        """Tells how the last step went."""
        self._call("respond", outcome_to_wasm(outcome))

    def pack(self, files: list[str], packing: Packing, observer: Observer) -> Outcome:
        """Does what a `Pack` step asks for, and keeps the archive until the end. What to respond."""
        self.close()
        try:
            instance = self._instance
            self.archive = packing.pack(instance.origin, instance.sandbox, files, observer)
        except PackError as error:
            return contract.NotPacked(str(error))
        return contract.Packed(self.archive.size)

    def close(self) -> None:
        """Gives the archive up."""
        if self.archive is not None:
            self.archive.file.close()
            self.archive = None

    def _call(self, method: str, *arguments: Any) -> Any:
        name = f"[method]publication.{method}"
        return self._instance.call("publishing", name, self._handle, *arguments)


def drive(
    publication: Publication,
    client: Client,
    packing: Packing | None = None,
    observer: Observer | None = None,
    checkpoint: CheckpointFile | None = None,
) -> list[Receipt]:
    """Publishes: asks what is next, does it, tells how it went, until all is published or can't be.

    The checkpoint is kept before each step. Raises `PublishError`, `CheckpointError` or
    `ComponentError`. Any other exception that is raised meanwhile, KeyboardInterrupt say, leaves
    nothing behind but the checkpoint.
    """
    packing, observer = packing or Packing(), observer or Observer()
    try:
        while True:
            if checkpoint is not None:
                _keep(publication, checkpoint)
            match publication.next():
                case contract.Send(request):
                    outcome = _send(request, publication.archive, client, observer)
                case contract.Pack(files):
                    observer.packing(files)
                    outcome = publication.pack(files, packing, observer)
                case contract.Wait(pause):
                    observer.waiting(pause)
                    time.sleep(pause.ms / 1000)
                    outcome = contract.Waited()
                case contract.Done(receipts):
                    return receipts
                case contract.Failed(failure):
                    raise PublishError(failure)
            publication.respond(outcome)
    finally:
        publication.close()


def _keep(publication: Publication, checkpoint: CheckpointFile) -> None:
    try:
        checkpoint.write(publication.checkpoint())
    except OSError as error:
        raise CheckpointError(checkpoint.path, error) from None


def _send(request: Request, archive: Spooled | None, client: Client, observer: Observer) -> Outcome:
    observer.sending(request)
    started = time.monotonic()
    try:
        response = client.send(request, archive, observer)
    except contract.TransportError as error:
        observer.answered(request, error, time.monotonic() - started)
        return contract.NoAnswer(error)
    observer.answered(request, response, time.monotonic() - started)
    return contract.Answered(response)
