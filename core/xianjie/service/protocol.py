"""Bound the head of a request, which the parser of HTTP takes at any length."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
_REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n"
    b"x-content-type-options: nosniff\r\n\r\n"
)


class BoundedProtocol(HttpToolsProtocol):
    """Break a connection off whose request line and headers do not end within 64 KB, a part that came at once aside."""

    _in_head = False
    _head = 0

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._in_head, self._head = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop counting: the body has bounds of its own."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Take in what arrived."""
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > LARGEST_HEAD and not self.transport.is_closing():
                self.transport.write(_REFUSED)
                self.transport.close()
