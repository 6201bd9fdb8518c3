"""What is shown, to be taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from viser import ClientHandle

from diffh2o_ros.export.episode import Episode
from diffh2o_ros.studio.downloads import formats, packed
from diffh2o_ros.studio.turns import Turn, Turns
from diffh2o_ros.studio.visitor import Visitor
from diffh2o_ros.studio.words import BUSY, DIM, Words, failed, waiting


class DownloadControls:
    """A visitor's downloads.

    Args:
        writing: the queue in which files are written.
        chosen: gives the motions that are looked at.
    """

    def __init__(
        self,
        client: ClientHandle,
        visitor: Visitor,
        writing: Turns,
        chosen: Callable[[], Sequence[Episode]],
        mano_dir: Path | None,
    ) -> None:
        self._client, self._visitor, self._writing = client, visitor, writing
        self._chosen, self._mano_dir = chosen, mano_dir
        gui = client.gui
        with gui.add_folder("Take away"):
            self._format = gui.add_dropdown("Format", formats())
            self._download = gui.add_button("Download", disabled=True, icon="download")
            self._words = Words(gui, "download")
        self._download.on_click(lambda _: self._ask())

    def enable(self, enabled: bool) -> None:
        """Whether something can be taken away."""
        self._download.disabled = not (enabled and self._visitor.episodes)

    def _ask(self) -> None:
        episodes, format = list(self._chosen()), self._format.value
        name = Path(self._visitor.name).stem

        def work(turn: Turn) -> None:
            file, content = packed(episodes, format, name, self._mano_dir)
            turn.check()
            self._client.send_file_download(file, content, save_immediately=True)
            self._words.say((f"{file}, {len(content) / 1e6:.2g} MB", DIM))

        def told(before: int) -> None:
            self._words.say(waiting(before) if before else (f"writing {format}", DIM))

        def ended(error: Exception | None) -> None:
            if error is not None:
                self._words.say(failed(error))

        if not self._visitor.ask(self._writing, work, told, ended):
            self._words.say(BUSY)
