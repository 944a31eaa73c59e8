"""Interactions: what was asked, whether and when it was answered, and the rules of answering."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.wire import components, rules
from tests.wire.changes import Changes
from tests.wire.messages import ApiError, Messages, refuse
from tests.wire.payloads import EPHEMERAL, LOADING, Channel, Json, Upload, User

DEADLINE = 3.0
COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
REPLY, DEFERRED_REPLY, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
# Which answers Discord takes for which kind of interaction.
ALLOWED = {
    COMMAND: {REPLY, DEFERRED_REPLY, MODAL},
    COMPONENT: {REPLY, DEFERRED_REPLY, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {REPLY, DEFERRED_REPLY, DEFERRED_UPDATE, UPDATE},
}


class NoAnswerError(AssertionError):
    """What a person sees as "The application did not respond"."""


@dataclass(eq=False)
class Answer:
    """What came back for one interaction; it keeps up with later edits and follow-ups."""

    interaction: Json
    label: str
    user: User
    channel: Channel
    changes: Changes
    sent_at: float = field(default_factory=time.monotonic)
    kind: int | None = None
    acknowledged_after: float | None = None
    message: Json | None = None
    choices: list[Json] | None = None
    modal: Json | None = None
    edits: int = 0
    followups: list[Json] = field(default_factory=list)
    deleted: bool = False
    refusals: list[ApiError] = field(default_factory=list)

    @property
    def deferred(self) -> bool:
        return self.kind in (DEFERRED_REPLY, DEFERRED_UPDATE)

    @property
    def ephemeral(self) -> bool:
        return bool(self.message and self.message["flags"] & EPHEMERAL)

    @property
    def text(self) -> str:
        return components.text_of(self.message) if self.message else ""

    @property
    def complete(self) -> bool:
        """Nothing is owed any more: a deferral is followed by an edit, a follow-up or a deletion."""
        if self.deferred:
            return bool(self.edits or self.followups or self.deleted)
        return self.kind is not None

    async def until(self, condition: Callable[["Answer"], object], timeout: float = 10) -> "Answer":
        """Waits for something to become true of this answer, for example `lambda a: a.edits == 3`."""
        await self.changes.until(lambda: condition(self), timeout, lambda: f"{self.label}: still {self.describe()}")
        return self

    async def acknowledged(self) -> "Answer":
        """Waits for the first response, at most as long as Discord does."""
        remaining = max(0.0, self.sent_at + DEADLINE - time.monotonic())
        try:
            return await self.until(lambda answer: answer.kind is not None, remaining)
        except AssertionError:
            refused = "".join(f"; refused: {error} {error.body.get('errors', '')}" for error in self.refusals)
            raise NoAnswerError(
                f"{self.label}: the application did not respond within {DEADLINE:g} s{refused}"
            ) from None

    def describe(self) -> str:
        if self.kind is None:
            return "unanswered"
        refused = f", refused {self.refusals[-1]} {self.refusals[-1].body.get('errors')}" if self.refusals else ""
        state = "deferred" if self.deferred else "answered"
        return f"{state}, {self.edits} edits, {len(self.followups)} follow-ups{refused}"


class Interactions:
    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._by_token: dict[str, Answer] = {}

    def open(self, answer: Answer) -> Answer:
        self._by_token[answer.interaction["token"]] = answer
        return answer

    def find(self, token: str) -> Answer | None:
        return self._by_token.get(token)

    def refused(self, token: str, error: ApiError) -> None:
        """Remembers an error answer, so that a failing test can say why nothing came."""
        if answer := self.find(token):
            answer.refusals.append(error)

    def respond(self, token: str, arrived: float, body: Json, files: list[Upload]) -> Json:
        """The first response to an interaction; returns what `with_response` asks for."""
        answer = self.find(token)
        if answer is None or (answer.kind is None and arrived - answer.sent_at > DEADLINE):
            raise ApiError(404, 10062, "Unknown interaction")
        if answer.kind is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body["type"], body.get("data") or {}
        if kind not in ALLOWED[answer.interaction["type"]]:
            refuse([("type", f"Value {kind} does not fit this interaction.")])
        self._apply(answer, kind, data, files)
        answer.kind, answer.acknowledged_after = kind, arrived - answer.sent_at
        return _callback_response(answer)

    def _apply(self, answer: Answer, kind: int, data: Json, files: list[Upload]) -> None:
        if kind == REPLY:
            answer.message = self._create(answer, data, files, prefix="data.")
        elif kind == DEFERRED_REPLY:
            answer.message = self._create(answer, None, flags=LOADING | (data.get("flags") or 0) & EPHEMERAL)
        elif kind in (DEFERRED_UPDATE, UPDATE):
            if "message" not in answer.interaction:
                refuse([("type", "There is no message to update.")])
            answer.message = self._messages.get(answer.interaction["message"]["id"])
            if kind == UPDATE:
                self._messages.edit(answer.message["id"], data, files, prefix="data.")
        elif kind == CHOICES:
            choices = data.get("choices") or []
            refuse(rules.choices_problems(choices), "data.")
            answer.choices = choices
        else:
            refuse(rules.modal_problems(data), "data.")
            answer.modal = data

    def message(self, token: str, which: str) -> Json:
        """A message of this interaction: "@original" or the id of a follow-up."""
        answer = self._answered(token)
        if which != "@original":
            found = next((one for one in answer.followups if one["id"] == which), None)
        else:
            found = None if answer.deleted else answer.message
        if found is None:
            raise ApiError(404, 10008, "Unknown Message")
        return self._messages.get(found["id"])

    def edit(self, token: str, which: str, body: Json, files: list[Upload]) -> Json:
        edited = self._messages.edit(self.message(token, which)["id"], body, files)
        self._answered(token).edits += 1
        return edited

    def delete(self, token: str, which: str) -> None:
        message = self.message(token, which)
        self._messages.delete(message["id"])
        answer = self._answered(token)
        answer.deleted = answer.deleted or message is answer.message

    def follow_up(self, token: str, body: Json, files: list[Upload]) -> Json:
        """A further message; the first one after a deferral replaces "thinking…" and stays as ephemeral as that."""
        answer = self._answered(token)
        if answer.kind == DEFERRED_REPLY and not answer.deleted and answer.message["flags"] & LOADING:
            return self.edit(token, "@original", body, files)
        answer.followups.append(self._create(answer, body, files))
        return answer.followups[-1]

    def _answered(self, token: str) -> Answer:
        answer = self.find(token)
        if answer is None or answer.kind is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        return answer

    def _create(
        self, answer: Answer, body: Json | None, files: list[Upload] = (), *, prefix: str = "", flags: int = 0
    ) -> Json:
        asked = answer.interaction
        metadata = {
            "id": asked["id"],
            "type": asked["type"],
            "user": answer.user.payload(),
            "authorizing_integration_owners": asked["authorizing_integration_owners"],
        }
        extra = {"interaction_metadata": metadata, "application_id": asked["application_id"], "flags": flags}
        kind = 20 if asked["type"] == COMMAND else 19
        return self._messages.create(
            answer.channel, body, files, prefix=prefix, type=kind, webhook_id=asked["application_id"], **extra
        )


def _callback_response(answer: Answer) -> Json:
    about = {"id": answer.interaction["id"], "type": answer.interaction["type"]}
    if answer.message is None:
        return {"interaction": about}
    about["response_message_id"] = answer.message["id"]
    about["response_message_loading"] = answer.kind == DEFERRED_REPLY
    about["response_message_ephemeral"] = answer.ephemeral
    if answer.kind not in (REPLY, UPDATE):
        return {"interaction": about}
    return {"interaction": about, "resource": {"type": answer.kind, "message": answer.message}}
