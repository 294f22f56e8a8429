"""A loaded model: text in, suggestion out. Each kind of writing has a part of its own; the others are for a person."""

from collections.abc import Iterator, Sequence
from typing import Any

from classifier.characters import Batch
from classifier.language import identify_all
from classifier.part import Part
from classifier.scoring import BATCH
from classifier.storage import Stored
from classifier.suggestion import UNKNOWN_LANGUAGE, Suggestion, abstention
from classifier.tokens import Segmenter

PARTS = {"zh": ("zh_Hans", "zh_Hant"), "en": ("en",)}


class Model:
    """Answers for texts. Holds no state between calls, so threads may share it."""

    def __init__(self, stored: Stored) -> None:
        self.version = stored.version
        self.record: dict[str, Any] = stored.record
        segmenter = Segmenter(stored.user_words)
        self.parts = {
            language: part
            for name, arrays in stored.arrays.items()
            for part in [Part(stored.version, arrays, stored.record["parts"][name], segmenter)]
            for language in PARTS[name]
        }

    def suggest_many(self, texts: Sequence[str], *, with_evidence: bool = True) -> Iterator[Suggestion]:
        """Suggestions in the order of the texts, computed a batch at a time."""
        for start in range(0, len(texts), BATCH):
            yield from self._batch(texts[start : start + BATCH], with_evidence)

    def _batch(self, texts: Sequence[str], with_evidence: bool) -> list[Suggestion]:
        batch = Batch.of(texts)
        languages = identify_all(batch)
        needed = {self.parts.get(language) for language in languages}
        if len(needed) == 1:
            return self._answers(needed.pop(), batch, languages, with_evidence)
        found: dict[int, Suggestion] = {}
        for part in needed:
            rows = [row for row, language in enumerate(languages) if self.parts.get(language) is part]
            some = Batch.of([texts[row] for row in rows])
            answers = self._answers(part, some, [languages[row] for row in rows], with_evidence)
            found.update(zip(rows, answers, strict=True))
        return [found[row] for row in range(len(texts))]

    def _answers(
        self, part: Part | None, batch: Batch, languages: list[str], with_evidence: bool
    ) -> list[Suggestion]:
        if part is not None:
            return part.suggestions(batch, languages, with_evidence=with_evidence)
        return [
            abstention(
                "no_evidence" if language == UNKNOWN_LANGUAGE else "foreign_language",
                language=language,
                model_version=self.version,
            )
            for language in languages
        ]
