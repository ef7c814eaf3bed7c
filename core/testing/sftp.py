"""A small real SFTP server over a folder, for tests, with faults that can be switched on. Needs paramiko.

Faults: 500 (every operation fails), refuse (nobody is let in), close (hangs up), hang (never says a word),
nonsense (speaks something else); the other names of `core.testing.agency` change nothing here.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko

USER, PASSWORD = "henan", "exchange-demonstration"


class _Door(paramiko.ServerInterface):
    def __init__(self, server: SftpServer) -> None:
        self._server = server

    def get_allowed_auths(self, username: str) -> str:
        """Passwords alone."""
        return "password"

    def check_auth_password(self, username: str, password: str) -> int:
        """Whether this is the one user."""
        fits = (username, password) == (USER, PASSWORD) and self._server.fault != "refuse"
        return int(paramiko.AUTH_SUCCESSFUL if fits else paramiko.AUTH_FAILED)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        """A session is all there is."""
        return int(paramiko.OPEN_SUCCEEDED)


class _Files(paramiko.SFTPServerInterface):
    """The folder's files; whatever the system refuses becomes an SFTP error."""

    def __init__(self, server: _Door, *args: Any, **kwargs: Any) -> None:
        super().__init__(server, *args, **kwargs)
        self._at = server._server

    def _path(self, path: str) -> Path:
        if self._at.fault == "500":
            raise OSError(5, "input/output error")
        return self._at.folder / path.lstrip("/.")

    def list_folder(self, path: str) -> Any:
        """Names and sizes of a folder."""
        try:
            entries = sorted(self._path(path).iterdir())
            return [paramiko.SFTPAttributes.from_stat(entry.stat(), entry.name) for entry in entries]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def stat(self, path: str) -> Any:
        """One file."""
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        """A file to read or write."""
        try:
            number = os.open(self._path(path), flags, 0o600)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = paramiko.SFTPHandle(flags)
        file = os.fdopen(number, "wb" if flags & os.O_WRONLY else "rb")
        handle.readfile = handle.writefile = file
        return handle

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        """Rename, replacing."""
        try:
            self._path(oldpath).replace(self._path(newpath))
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno))
        return int(paramiko.SFTP_OK)


@dataclass
class SftpServer:
    """The server, running inside `with`; change `fault` at any time."""

    folder: Path
    fault: str = ""
    key: Any = field(default_factory=lambda: paramiko.RSAKey.generate(2048))
    _socket: socket.socket | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _transports: list[Any] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        assert self._socket is not None
        return int(self._socket.getsockname()[1])

    @property
    def host_key(self) -> str:
        """Its public key, as a setting wants it."""
        return f"{self.key.get_name()} {self.key.get_base64()}"

    def __enter__(self) -> SftpServer:
        self._socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, args=(self._socket,), daemon=True).start()
        return self

    def __exit__(self, *gone: Any) -> None:
        self._stopped.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
        for transport in self._transports:
            transport.close()

    def _accept(self, listening: socket.socket) -> None:
        while not self._stopped.is_set():
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.fault in ("close", "hang", "nonsense"):
            if self.fault == "nonsense":
                client.sendall(b"220 not what you expect\r\n" * 200)
            if self.fault == "hang":
                self._stopped.wait(60)
            client.close()
            return
        transport = paramiko.Transport(client)
        transport.add_server_key(self.key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files)
        self._transports.append(transport)
        with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
            transport.start_server(server=_Door(self))
