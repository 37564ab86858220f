import sys

import pytest

from clinic import __main__ as program

Capture = pytest.CaptureFixture[str]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a screen")
@pytest.mark.parametrize("display", ["", ":98765"])
@pytest.mark.parametrize("arguments", [[], ["--sample"], ["--archive", "somewhere"]])
def test_without_a_screen_the_window_says_so(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, display: str, arguments: list[str]
) -> None:
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    assert program.main(arguments) == 2
    assert "no screen" in capsys.readouterr().err


def test_an_unknown_verb_is_refused_with_the_verbs_that_there_are(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stopped:
        program.main(["reconstrut", "photo.jpg"])
    assert stopped.value.code == 2
    assert "reconstruct" in capsys.readouterr().err
