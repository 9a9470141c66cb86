"""What an instance of the component may see and use."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from wasmtime import Engine, Store, WasiConfig, WasmtimeError

from .engine import ticks
from .errors import ComponentError

_OUTPUT_KEPT = 16 * 1024
"""How many bytes of what the guest writes to stderr are kept, to be shown should it break."""


@dataclass(frozen=True)
class Sandbox:
    """What an instance may see and use: without arguments, the least.

    It never reaches a network, has no input, and what it prints is dropped.
    """

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables that it sees."""
    directories: tuple[str, ...] = ()
    """Absolute paths of the directories that it may read in, under the same paths."""
    memory: int = 64 * 1024 * 1024
    """The most memory that it gets, in bytes."""
    deadline: float = 10.0
    """The longest that a call may take, in seconds."""

    def without_environment(self) -> Sandbox:
        """The same for packing, which needs files alone."""
        return dataclasses.replace(self, environment={})


class Guest:
    """The store of one instance, and what is known of how it behaves."""

    def __init__(self, engine: Engine, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._stderr = bytearray()
        self.store = Store(engine)
        self.store.set_limits(
            memory_size=sandbox.memory,
            table_elements=100_000,
            instances=100,
            tables=100,
            memories=1,
        )
        self.store.set_wasi(self._wasi())

    def start_call(self) -> None:
        """Starts the clock for a call."""
        self.store.set_epoch_deadline(ticks(self._sandbox.deadline))

    def explain(self, call: str, error: WasmtimeError) -> ComponentError:
        """Why a call ended in an error of the engine."""
        text, output = str(error), self._stderr.decode(errors="replace").strip()
        if "wasm trap: interrupt" in text:
            limit = f"{self._sandbox.deadline:g} s"
            return ComponentError(
                f"the component did not come back from `{call}` within {limit} and was stopped"
            )
        reason = text.strip().splitlines()[-1].strip() if text.strip() else "for no known reason"
        # A guest that gets no more memory can only abort, which looks like any other fault.
        if "unreachable" in reason:
            reason += f"; it may need more than {self._sandbox.memory} bytes of memory"
        return ComponentError(
            f"the component broke in `{call}`: {reason}" + (f": {output}" if output else "")
        )

    def _wasi(self) -> WasiConfig:
        wasi = WasiConfig()
        wasi.env = self._sandbox.environment.items()
        kept = self._stderr

        def keep(data: bytes) -> None:
            kept.extend(data[: _OUTPUT_KEPT - len(kept)])

        wasi.stderr_custom = keep
        for path in self._sandbox.directories:
            # What can't be opened is left for the component to name.
            with contextlib.suppress(WasmtimeError, UnicodeEncodeError):
                wasi.preopen_dir(path, path, fs_mutable=False)
        return wasi
