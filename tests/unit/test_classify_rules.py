"""Unit: the 61 items, and the rule files that a clerk writes."""

import pytest

from callcenter.classify.items import all_items, canonical
from callcenter.classify.keywords import classify
from callcenter.classify.rulefiles import load_rules
from callcenter.errors import BadInputError
from callcenter.facts import Kind, Side
from callcenter.settings import Settings


def test_there_are_61_items_in_7_classes_and_506_is_501():
    items = all_items()
    assert len(items) == 61
    assert len({item.class_name for item in items.values()}) == 7
    assert items["113"].name == "市容市政"
    assert canonical("506") == "501"
    assert items["506"].name == items["501"].name
    assert sum(item.alias_of is not None for item in items.values()) == 1


def test_every_item_but_the_alias_has_twenty_words_and_every_kind_has_some():
    rules = load_rules(Settings().rules_dir)
    count = dict.fromkeys([*rules.items, *Kind], 0)
    for weights in rules.words.values():
        for target in weights:
            if target in count:
                count[target] += 1
    assert len(rules.items) == 60
    assert min(count[code] for code in rules.items) >= 20
    assert min(count[kind] for kind in Kind) >= 10


def write(folder, text, name="rules.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_small_set_of_rules_sorts_by_weights_combinations_and_exclusions(tmp_path):
    rules = load_rules(
        write(
            tmp_path,
            """
            [item.113]
            words.3 = ["路灯"]
            words.1 = ["灯"]
            against.2 = ["楼道"]
            together = [{ words = ["灯", "不亮"], weight = 4 }]
            unless = ["舞台"]
            """,
        )
    )

    def score(text):
        return classify(rules, [(Side.CITIZEN, text)]).score

    assert score("路灯") == 3
    assert score("楼道路灯") == 1
    assert score("灯 一直不亮") == 5
    assert score("不亮的灯") == 5
    assert score("灯" + "啊" * 20 + "不亮") == 1  # too far apart
    assert score("舞台灯不亮") == 0


def test_a_combination_finds_its_words_at_the_ends_of_longer_ones(tmp_path):
    rules = load_rules(
        write(
            tmp_path,
            """
            [item.505]
            together = [
                { words = ["奶奶", "没回来"], weight = 4 },
                { words = ["我奶奶", "晕"], weight = 3 },
            ]
            """,
        )
    )
    assert classify(rules, [(Side.CITIZEN, "我奶奶 没回来")]).score == 4


def test_rules_have_a_version_that_follows_their_text(tmp_path):
    first = load_rules(write(tmp_path, '[item.113]\nwords.3 = ["路灯"]')).version
    again = load_rules(tmp_path).version
    changed = load_rules(write(tmp_path, '[item.113]\nwords.4 = ["路灯"]')).version
    assert first == again != changed


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[item.113]\nwords.3 = [路灯]", 2, "not valid TOML"),
        ('\n[item.999]\nwords.3 = ["路灯"]', 2, "no such item"),
        ('[item.506]\nwords.3 = ["党员"]', 1, "alias; its words belong to 501"),
        ('[item.113]\nwords.3 = ["路灯"]\nwords.5 = ["路灯"]', 3, "路灯 has a weight here already"),
        ('[item.113]\nwords.x = ["路灯"]', 2, "words.x"),
        ('[item.113]\nwords.0 = ["路灯"]', 2, "greater than 0"),
        ('[item.113]\nwords.3 = [\n"路灯",\n"路 灯",\n]', 4, "路 灯"),
        ('[item.113]\nword.3 = ["路灯"]', 2, "Extra inputs"),
        ('[item.113]\ntogether = [{ words = ["灯"], weight = 4 }]', 2, "at least 2"),
        ('[kind."唠叨"]\nwords.3 = ["啊"]', 1, "唠叨"),
        ('[urgent]\nwords.3 = ["火灾"]', 1, "enough"),
        ('[needs_110]\nwords.3 = ["火灾"]', 1, "enough"),
        ('[needs_110]\nenough = 5\ncalm = ["去 年"]', 3, "去 年"),
        ('[needs_110]\nenough = 5\nquiet = ["去年"]', 3, "Extra inputs"),
        ('[belongs_to_12345]\nenough = 5\nitems = [\n"113",\n"999"]', 5, "no such item as '999'"),
        ('[belongs_to_12345]\nenough = 5\nitems = ["506"]', 3, "506 is an alias"),
    ],
)
def test_a_wrong_entry_is_named_with_file_line_and_reason(tmp_path, text, line, told):
    write(tmp_path, '[item.101]\nwords.3 = ["政策"]', "a.toml")
    write(tmp_path, text, "b.toml")
    with pytest.raises(BadInputError) as refused:
        load_rules(tmp_path)
    assert refused.value.message.startswith("b.toml")
    assert told in refused.value.message
    assert f"line {line}" in refused.value.message


def test_a_file_in_another_encoding_is_named_with_its_line(tmp_path):
    (tmp_path / "gbk.toml").write_bytes('[item.113]\nwords.3 = ["路灯"]'.encode("gbk"))
    with pytest.raises(BadInputError, match="gbk.toml, line 2: not UTF-8"):
        load_rules(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BadInputError, match="rules_dir"):
        load_rules(tmp_path)


def test_jieba_says_nothing_of_its_own(capfd):
    load_rules(Settings().rules_dir)
    assert capfd.readouterr() == ("", "")
