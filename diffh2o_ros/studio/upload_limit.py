"""What may be uploaded: so many bytes, one file at a time. viser keeps whatever it is sent.

The rest of a file that was refused is read off the connection and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable

from viser import ClientHandle, _messages

#: A browser's name of the notification that viser shows of an upload.
_NOTIFICATION = "upload-{}"


def limit_uploads(
    client: ClientHandle, most_bytes: int, refused: Callable[[str, str], None]
) -> None:
    """Holds a visitor's uploads to a limit.

    Args:
        refused: called with the name of a file that is not taken, and why.
    """
    gui, connection = client.gui, client._websock_connection
    going = gui._current_file_upload_states

    def start(client_id: int, message: _messages.FileTransferStartUpload) -> None:
        if message.source_component_uuid not in gui._gui_input_handle_from_uuid:
            return
        if message.size_bytes > most_bytes:
            size, most = (f"{number / 1e6:.3g} MB" for number in (message.size_bytes, most_bytes))
            why = f"{size}, and {most} is the most that is taken: simplify the mesh"
        elif going:
            why = "another file is still being uploaded: wait for it"
        else:
            gui._handle_file_transfer_start(client_id, message)
            return
        _forget(message.source_component_uuid, message.transfer_uuid)
        refused(message.filename, why)

    def part(client_id: int, message: _messages.FileTransferPart) -> None:
        transfer = going.get(message.transfer_uuid)
        if transfer is None:
            return
        if transfer["transferred_bytes"] + len(message.content) > transfer["total_bytes"]:
            del going[message.transfer_uuid]
            _forget(message.source_component_uuid, message.transfer_uuid)
            refused(transfer["filename"], "it is larger than it was said to be")
            return
        gui._handle_file_transfer_part(client_id, message)

    def _forget(button: str | None, transfer: str) -> None:
        """Frees the button in the browser, which waits for the last byte to be acknowledged, and
        takes away what it says of the upload."""
        connection.queue_message(_messages.FileTransferPartAck(button, transfer, 1, 1))
        connection.queue_message(
            _messages.RemoveNotificationMessage(_NOTIFICATION.format(transfer))
        )

    for kind, handler in (
        (_messages.FileTransferStartUpload, start),
        (_messages.FileTransferPart, part),
    ):
        connection.unregister_handler(kind)
        connection.register_handler(kind, handler)
