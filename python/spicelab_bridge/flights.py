"""The chunks that a carrier has under way, and what is told of them: the same for every kind of cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from spicelab_bridge.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from spicelab_bridge.far.pool import Outcome
    from spicelab_bridge.messages import Tell

Handle = TypeVar("Handle")
FACTS = ("worker", "host", "engine")


@dataclass(eq=False)
class Flight(Generic[Handle]):
    """A chunk that has not ended; the handle is what the cluster knows it by."""

    chunk: str
    handle: Handle
    started: bool = False
    """Whether its simulation has begun; then a worker that dies may be its fault."""
    place: str = ""
    """Which member of the cluster began it."""


class Flights(Generic[Handle]):
    """Chunks under way. Each is told to have ended once, whatever is heard of it and how often."""

    def __init__(self, tell: Tell, release: Callable[[Handle], None]) -> None:
        """Have what is told; `release` lets the cluster forget a chunk that has ended."""
        self._tell = tell
        self._release = release
        self._flights: dict[str, Flight[Handle]] = {}

    def __iter__(self) -> Iterator[Flight[Handle]]:
        """Give those under way now; they may end meanwhile."""
        return iter(list(self._flights.values()))

    def __len__(self) -> int:
        """Count those under way."""
        return len(self._flights)

    def of(self, chunks: Iterable[str]) -> list[Flight[Handle]]:
        """Find those of some chunks that have not ended."""
        return [self._flights[chunk] for chunk in chunks if chunk in self._flights]

    def begun_at(self, place: str) -> list[Flight[Handle]]:
        """Find those that a member of the cluster is at."""
        return [flight for flight in self if flight.started and flight.place == place]

    def begin(self, chunk: str, handle: Handle) -> Flight[Handle]:
        """Take a chunk that has been given to the cluster."""
        flight = Flight(chunk, handle)
        self._flights[chunk] = flight
        return flight

    def flies(self, flight: Flight[Handle]) -> bool:
        """Say whether this attempt has not ended."""
        return self._flights.get(flight.chunk) is flight

    def heard(self, said: dict[str, Any], place: str) -> None:
        """Pass on what a worker process tells while it simulates (`started`, `progress`)."""
        flight = self._flights.get(said["chunk"])
        if flight is None:
            return
        if said["message"]["type"] == "started":
            flight.place = place
            if flight.started:
                return
            flight.started = True
        self._said(said, flight.chunk, said["message"])

    def landed(self, flight: Flight[Handle], outcome: Outcome) -> None:
        """End a chunk as its worker process says; as lost where that has died."""
        if not self.flies(flight):
            return
        if outcome["started"] and not flight.started:
            flight.started = True
            self._said(outcome, flight.chunk, {"type": "started", "chunk": flight.chunk})
        if outcome["message"] is None:
            self.lose(flight, "crash", outcome["detail"])
            return
        self._end(flight)
        self._said(outcome, flight.chunk, outcome["message"], outcome["payloads"])

    def lose(self, flight: Flight[Handle], reason: str, detail: str) -> None:
        """End a chunk without a result."""
        if not self.flies(flight):
            return
        self._end(flight)
        self._lost(flight.chunk, reason, detail, started=flight.started)

    def refuse(self, chunk: str, detail: str) -> None:
        """Say of a chunk that it never came to the cluster."""
        self._lost(chunk, "unreachable", detail, started=False)

    def _end(self, flight: Flight[Handle]) -> None:
        del self._flights[flight.chunk]
        self._release(flight.handle)

    def _said(
        self, facts: Any, chunk: str, message: dict[str, Any], payloads: list[bytes] | None = None
    ) -> None:
        header = {"type": "said", "chunk": chunk, "message": message}
        self._tell({**header, **{key: facts[key] for key in FACTS}}, payloads)

    def _lost(self, chunk: str, reason: str, detail: str, *, started: bool) -> None:
        self._tell({"type": "lost", "chunk": chunk, "reason": reason, "detail": detail, "started": started})


class Slots:
    """How many chunks the cluster simulates at a time; told when it changes."""

    def __init__(self, tell: Tell) -> None:
        """Know nothing yet."""
        self._tell = tell
        self.count = -1

    def now(self, count: int) -> None:
        """Tell of another count."""
        if count != self.count:
            self.count = count
            self._tell({"type": "slots", "count": count})


def tell_opened(
    tell: Tell, slots: Slots, hosts: list[dict[str, Any]], dashboard: str | None, versions: dict[str, str]
) -> None:
    """Tell `opened`, with what each member of the cluster reports. Raises Problem if one lacks something."""
    for host in hosts:
        if problem := host["problem"]:
            raise Problem(problem["message"], problem["remedy"])
    slots.count = sum(host["slots"] for host in hosts)
    tell(
        {
            "type": "opened",
            "slots": slots.count,
            "dashboard": dashboard,
            "versions": versions,
            "hosts": hosts,
        }
    )
