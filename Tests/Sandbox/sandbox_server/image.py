"""What a pod's image is like. Its name says so: `runpod/base:1.0` is ordinary, `debian-no-sshd` has no sshd."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """A container image by its name."""

    name: str

    def _says(self, word: str) -> bool:
        return word in self.name

    @property
    def cannot_be_pulled(self) -> bool:
        """Whether its pods end before they begin."""
        return self._says("bad-image")

    @property
    def crashes(self) -> bool:
        """Whether its command ends at once, again and again."""
        return self._says("crash-loop")

    @property
    def has_sshd(self) -> bool:
        """Whether anything ever listens on port 22."""
        return not self._says("no-sshd")

    @property
    def has_libicu(self) -> bool:
        """Whether GitHub's runner finds its libraries without installing them."""
        return not self._says("no-libicu")

    @property
    def has_network(self) -> bool:
        """Whether packages can be installed."""
        return not self._says("no-network")

    @property
    def ignores_keys(self) -> bool:
        """Whether sshd runs but PUBLIC_KEY is not honoured."""
        return self._says("no-keys")

    @property
    def forwards_ports(self) -> bool:
        """Whether sshd lets ports be forwarded."""
        return not self._says("no-forwarding")

    @property
    def can_trace(self) -> bool:
        """Whether root may look at other users' processes (their /proc/PID/cwd, say), which many engines forbid."""
        return not self._says("no-ptrace")

    @property
    def exports(self) -> str:
        """Which of its variables an interactive shell of root is given: `some`, `all` or `none`; see start.sh."""
        if self._says("exports-all"):
            return "all"
        return "none" if self._says("exports-none") else "some"
