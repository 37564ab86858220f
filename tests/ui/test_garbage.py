import gc
import threading
import weakref

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinic.ui.garbage import Garbage


def test_a_window_in_a_cycle_is_taken_apart_on_its_own_thread(qtbot: QtBot) -> None:
    here, where = threading.get_ident(), []
    kept: list[list[int]] = []
    gc.enable()
    garbage = Garbage()
    gc.collect()
    window = QWidget()
    window.itself = window  # type: ignore[attr-defined]
    weakref.finalize(window, lambda: where.append(threading.get_ident()))
    del window

    def allocate() -> None:
        kept.extend([k] for k in range(200_000))  # Python would have collected many times over

    other = threading.Thread(target=allocate)
    other.start()
    other.join()
    assert where == []
    qtbot.waitUntil(lambda: where == [here], timeout=10_000)
    garbage.stop()
    assert gc.isenabled()
    gc.disable()  # as all tests have it
