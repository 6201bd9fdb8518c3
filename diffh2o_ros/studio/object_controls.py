"""The object: an example, or a mesh that the visitor uploads."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from viser import GuiApi, GuiEvent, UploadedFile

from diffh2o_ros.geometry.formats.names import FORMATS, SUFFIXES
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.studio.examples import EXAMPLES, example_mesh
from diffh2o_ros.studio.turns import Turn, Turns
from diffh2o_ros.studio.uploaded import plain_name, read_upload
from diffh2o_ros.studio.visitor import Visitor
from diffh2o_ros.studio.words import BUSY, DIM, ERROR, PLAIN, WARNING, Words, failed, waiting

UPLOADED = "your own mesh"


def described(mesh: Mesh) -> str:
    """Its size and how many triangles it is of."""
    size = " x ".join(f"{100 * side:.1f}" for side in np.ptp(mesh.vertices, axis=0))
    return f"{size} cm, {len(mesh.faces):,} triangles"


class ObjectControls:
    """A visitor's choice of an object.

    Args:
        reading: the queue in which files are read.
        changed: called once there is another object, with the sentence of an example.
    """

    def __init__(
        self,
        gui: GuiApi,
        visitor: Visitor,
        reading: Turns,
        most_bytes: int,
        changed: Callable[[str | None], None],
    ) -> None:
        self._visitor, self._reading, self._changed = visitor, reading, changed
        self._example = gui.add_dropdown("Example", tuple(EXAMPLES))
        self._upload = gui.add_upload_button(
            "Upload a mesh",
            hint=f"{FORMATS}, meters, z up, at most {most_bytes / 1e6:g} MB",
            mime_type=",".join(SUFFIXES),
            icon="upload",
        )
        self._words = Words(gui, "object")
        self._example.on_update(self._on_example)
        self._upload.on_upload(self._on_upload)

    def begin(self) -> None:
        """With the first example."""
        self._read(self._example.value, lambda say: example_mesh(self._example.value), True)

    def enable(self, enabled: bool) -> None:
        """Whether another object can be chosen."""
        self._example.disabled = self._upload.disabled = not enabled

    def refuse(self, name: str, why: str) -> None:
        """Says of an upload why it is not taken."""
        self._words.say((f"{plain_name(name)}: {why}", ERROR))

    def _on_example(self, event: GuiEvent) -> None:
        name = self._example.value
        if event.client is not None and name in EXAMPLES:
            self._read(name, lambda say: example_mesh(name), True)

    def _on_upload(self, event: GuiEvent) -> None:
        name, content = self._upload.value.name, self._upload.value.content
        self._upload._impl.value = UploadedFile(
            "", b""
        )  # or it would be kept as long as the button
        self._read(plain_name(name), lambda say: read_upload(name, content, say), False)

    def _read(
        self, name: str, read: Callable[[Callable[[str], None]], Mesh], example: bool
    ) -> None:
        notes: list[tuple[str, str]] = []

        def work(turn: Turn) -> None:
            mesh = read(lambda note: notes.append((note, WARNING)))
            turn.check()
            self._visitor.take_object(mesh, name)
            self._changed(EXAMPLES[name][1] if example else None)

        def told(before: int) -> None:
            self._words.say(waiting(before) if before else (f"reading {name}", DIM))

        def ended(error: Exception | None) -> None:
            self.enable(True)
            if error is None:
                self._words.say((f"{name}: {described(self._visitor.mesh)}", PLAIN), *notes)
                self._example.options = (*EXAMPLES, *(() if example else (UPLOADED,)))
                self._example.value = name if example else UPLOADED
            else:
                self._words.say(failed(error), *notes)

        if not self._visitor.ask(self._reading, work, told, ended):
            self._words.say(BUSY)
