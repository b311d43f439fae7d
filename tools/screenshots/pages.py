"""docs/screens.md and docs/screens.zh-CN.md: every screen with its sentence and its pictures."""

from pathlib import Path
from typing import Final

from callcenter.settings import ROOT
from tools.screenshots.screens import SCREENS, Language, Screen, Theme

FOLDER: Final = ROOT / "docs" / "screens"
SUFFIX: Final = "webp"
HEADS: Final[dict[Language, str]] = {
    "en": "# Screens\n\n[中文](screens.zh-CN.md)\n\nEvery screen of the console, photographed by"
    " `make screens` in a made-up centre on a made-up Tuesday morning:\nnames, numbers and cases"
    " are invented. Below each picture stand its other languages and colours.\n",
    "zh": "# 界面\n\n[English](screens.md)\n\n控制台的每一个界面,"
    "由 `make screens` 在一个虚构的中心、虚构的星期二上午拍下:"
    "姓名、号码和工单都是编的。每张图下面是它的其他语言和配色。\n",
}
NAMES: Final[dict[Language, dict[Theme, str]]] = {
    "en": {"light": "light", "dark": "dark", "contrast": "high contrast"},
    "zh": {"light": "浅色", "dark": "深色", "contrast": "高对比度"},
}
TONGUES: Final[dict[Language, dict[Language, str]]] = {
    "en": {"zh": "Chinese", "en": "English"},
    "zh": {"zh": "中文", "en": "英文"},
}
PAGES: Final[dict[Language, Path]] = {
    "en": ROOT / "docs" / "screens.md",
    "zh": ROOT / "docs" / "screens.zh-CN.md",
}


def file_of(screen: Screen, language: Language, theme: Theme) -> Path:
    """The picture of a screen in a language and colours."""
    return FOLDER / f"{screen.name}.{language}.{theme}.{SUFFIX}"


def page(language: Language) -> str:
    """The page in this language, whole."""
    return HEADS[language] + "".join(_part(screen, language) for screen in SCREENS)


def _part(screen: Screen, language: Language) -> str:
    told = screen.zh if language == "zh" else screen.en
    first = file_of(screen, language, "light").name
    others = [
        f"[{TONGUES[language][tongue]}, {NAMES[language][theme]}]"
        f"(screens/{file_of(screen, tongue, theme).name})"
        for tongue, theme in screen.looks
        if (tongue, theme) != (language, "light")
    ]
    shown = f"![{screen.name}](screens/{first})"
    return f"\n## {screen.name}\n\n{told}\n\n{shown}\n\n{' · '.join(others)}\n"
