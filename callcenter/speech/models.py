from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SpeechModel:
    path: Path
    name: str
    rate_hz: int
    is_demo: bool


def find_model(settings):
    return SpeechModel(settings.models_dir / "demo-cn", "demo-cn", 8000, True)
